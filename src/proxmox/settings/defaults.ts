/** Defaults and limits of the provider's configuration. */

/** From low to high, as in bpg. */
export const MIN_TLS_VERSIONS = ["1.0", "1.1", "1.2", "1.3"] as const;

export type TlsVersion = (typeof MIN_TLS_VERSIONS)[number];

/** bpg's default: Proxmox VE has had TLS 1.3 since 6.0. */
export const DEFAULT_MIN_TLS: TlsVersion = "1.3";

/** For one request, from connecting to the last byte of the answer. */
export const DEFAULT_TIMEOUT_SECONDS = 30;

export const MAX_TIMEOUT_SECONDS = 300;

export const DEFAULT_MAX_RETRIES = 3;

export const MAX_RETRIES_LIMIT = 20;
