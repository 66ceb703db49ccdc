/** The trust of connections, as OpenSSL's context for checking certificates. */
import { createSecureContext, type SecureContext, type SecureVersion } from "node:tls";
import type { TlsVersion } from "../settings/defaults.ts";
import type { Environment } from "../settings/environment.ts";
import { defaultAuthorities, namedAuthorities, namesAuthorities } from "./authorities.ts";

export interface TlsSettings {
  readonly minVersion: TlsVersion;
  /** No check of the certificate at all. */
  readonly insecure: boolean;
  /** Normalised SHA-256 fingerprints; a certificate with one of them is trusted. */
  readonly fingerprints: readonly string[];
  /** PEM texts; null for Node's and the system's. */
  readonly authorities: readonly string[] | null;
}

/**
 * OpenSSL's errors when it knows no issuer of a certificate. Source: OpenSSL `X509_STORE_CTX_get_error(3)`, with Node's
 * names.
 */
const UNKNOWN_ISSUER: ReadonlySet<unknown> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * The authorities of the configuration, or otherwise those of Node and the system. The latter are hundreds, and reading
 * them takes longer than reading the devices of a small cluster. If the user has already said whom to trust, by
 * SSL_CERT_FILE or by fingerprints, they are read only when that is not enough for a certificate.
 */
export class Trust {
  readonly #settings: TlsSettings;
  readonly #environment: Environment;
  readonly #platform: NodeJS.Platform;
  #narrow: boolean;
  #context: SecureContext | null = null;

  constructor(settings: TlsSettings, environment: Environment, platform: NodeJS.Platform) {
    this.#settings = settings;
    this.#environment = environment;
    this.#platform = platform;
    const { fingerprints, authorities } = settings;
    const hasNamed = fingerprints.length > 0 || namesAuthorities(environment, platform);
    this.#narrow = authorities === null && hasNamed;
  }

  /** The context for the next connection. */
  context(): SecureContext {
    this.#context ??= this.#create();
    return this.#context;
  }

  /**
   * Adds all authorities that may be trusted, if that can help.
   * @param context the context of the connection
   * @param fault OpenSSL's or Node's name for what is wrong with the certificate
   * @returns whether another connection may succeed
   */
  widen(context: SecureContext, fault: unknown): boolean {
    if (!UNKNOWN_ISSUER.has(fault)) return false;
    if (this.#narrow) {
      this.#narrow = false;
      this.#context = null;
    }
    // Connections that were made at the same time all find that the trust was too narrow.
    return this.context() !== context;
  }

  #create(): SecureContext {
    const { minVersion } = this.#settings;
    return createSecureContext({
      ca: [...this.#authorities()],
      // As in Go, any certificate that is named is trusted, including an intermediate authority's or the host's own.
      allowPartialTrustChain: true,
      minVersion: `TLSv${minVersion === "1.0" ? "1" : minVersion}` as SecureVersion,
      // OpenSSL allows TLS before 1.2 only at its lowest security level.
      ...(minVersion === "1.0" || minVersion === "1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
  }

  #authorities(): readonly string[] {
    const { insecure, authorities } = this.#settings;
    // An empty list, because otherwise Node would read all of its own.
    if (insecure) return [];
    if (authorities !== null) return authorities;
    return this.#narrow
      ? namedAuthorities(this.#environment)
      : defaultAuthorities(this.#environment, this.#platform);
  }
}
