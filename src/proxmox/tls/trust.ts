/** Whom connections trust, as the context that OpenSSL checks certificates in. */
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
 * What OpenSSL says when nobody that it was told of has issued a certificate.
 * Source: OpenSSL `X509_STORE_CTX_get_error(3)`, under Node's names.
 */
const UNKNOWN_ISSUER: ReadonlySet<unknown> = new Set([
  "DEPTH_ZERO_SELF_SIGNED_CERT",
  "SELF_SIGNED_CERT_IN_CHAIN",
  "UNABLE_TO_GET_ISSUER_CERT",
  "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
  "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
]);

/**
 * The authorities of the configuration; or else Node's and the system's. Those are hundreds, and to read them takes
 * longer than to read the devices of a small cluster. So where the user has said whom to trust, by SSL_CERT_FILE or by
 * fingerprints, they are read only when that is not enough for the certificate at hand.
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

  /** What to connect with now. */
  context(): SecureContext {
    this.#context ??= this.#create();
    return this.#context;
  }

  /**
   * Trusts everybody that may be trusted, if that can help.
   * @param context what the connection was made with
   * @param fault OpenSSL's or Node's name of what is wrong with the certificate
   * @returns whether another connection may fare better
   */
  widen(context: SecureContext, fault: unknown): boolean {
    if (!UNKNOWN_ISSUER.has(fault)) return false;
    if (this.#narrow) {
      this.#narrow = false;
      this.#context = null;
    }
    // Connections that were made at the same time all find that it was too narrow.
    return this.context() !== context;
  }

  #create(): SecureContext {
    const { minVersion } = this.#settings;
    return createSecureContext({
      ca: [...this.#authorities()],
      // As in Go, any certificate that is named as trusted is: also an intermediate authority's, or the host's own.
      allowPartialTrustChain: true,
      minVersion: `TLSv${minVersion === "1.0" ? "1" : minVersion}` as SecureVersion,
      // OpenSSL speaks TLS before 1.2 at its lowest security level only.
      ...(minVersion === "1.0" || minVersion === "1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
  }

  #authorities(): readonly string[] {
    const { insecure, authorities } = this.#settings;
    // An empty list: without any, Node would read all of its own.
    if (insecure) return [];
    if (authorities !== null) return authorities;
    return this.#narrow
      ? namedAuthorities(this.#environment)
      : defaultAuthorities(this.#environment, this.#platform);
  }
}
