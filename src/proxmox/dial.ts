/**
 * One TLS connection to an endpoint, trusted before the first byte of a request is sent.
 * The handshake itself runs without Node's own refusal, because a certificate with a listed fingerprint needs no authority and no
 * matching name; whether the connection is used is decided here, in `verify`.
 */
import { isIP, type Socket } from "node:net";
import type { ConnectionOptions, SecureContext, SecureVersion, TLSSocket } from "node:tls";
import { defaultAuthorities } from "./authorities.ts";
import { certificateProblem } from "./certificate.ts";
import type { TlsVersion } from "./defaults.ts";
import type { Endpoint } from "./endpoint.ts";
import type { Environment } from "./environment.ts";
import { ProblemError } from "./errors.ts";
import { ProxyAddressError, proxyFor } from "./proxy.ts";
import { openTunnel } from "./tunnel.ts";

export interface TlsSettings {
  readonly minVersion: TlsVersion;
  /** No check of the certificate at all. */
  readonly insecure: boolean;
  /** Normalised SHA-256 fingerprints; a certificate with one of them is trusted. */
  readonly fingerprints: readonly string[];
  /** PEM texts; null for Node's and the system's. */
  readonly authorities: readonly string[] | null;
}

/** One address of several gets this long before the next one is tried (RFC 8305 speaks of 250 ms, too short over a slow VPN). */
const ADDRESS_ATTEMPT_MS = 1_000;

/** Opens connections with one set of TLS settings, and takes up earlier sessions of the same server. */
export class Dialer {
  readonly #settings: TlsSettings;
  readonly #environment: Environment;
  readonly #platform: NodeJS.Platform;
  readonly #onSecret: (secret: string) => void;
  readonly #sessions = new Map<string, Buffer>();
  #context: Promise<SecureContext> | null = null;

  constructor(
    settings: TlsSettings,
    environment: Environment,
    platform: NodeJS.Platform,
    onSecret: (secret: string) => void,
  ) {
    this.#settings = settings;
    this.#environment = environment;
    this.#platform = platform;
    this.#onSecret = onSecret;
  }

  /**
   * Connects. The socket is destroyed when the signal is aborted before that is done; from then on it belongs to the caller.
   * @throws ProblemError when the certificate or the proxy is at fault; the signal's reason; else the native error
   */
  async dial(endpoint: Endpoint, signal: AbortSignal): Promise<TLSSocket> {
    const tls = await import("node:tls");
    this.#context ??= this.#createContext();
    const secureContext = await this.#context;
    const tunnel = await this.#tunnel(endpoint, signal);
    signal.throwIfAborted();
    const session = this.#sessions.get(endpoint.url);
    const options: ConnectionOptions & { autoSelectFamilyAttemptTimeout: number } = {
      host: endpoint.host,
      port: endpoint.port,
      ALPNProtocols: ["http/1.1"],
      rejectUnauthorized: false,
      secureContext,
      autoSelectFamilyAttemptTimeout: ADDRESS_ATTEMPT_MS,
      ...(tunnel === null ? {} : { socket: tunnel }),
      ...(session === undefined ? {} : { session }),
    };
    // An IP address may not be sent as the server's name (RFC 6066, section 3).
    if (isIP(endpoint.host) === 0) options.servername = endpoint.host;
    const socket = tls.connect(options);
    try {
      await handshake(socket, signal);
      this.#verify(socket, endpoint);
    } catch (error) {
      socket.on("error", () => {}).destroy();
      tunnel?.on("error", () => {}).destroy();
      await closed(socket);
      throw signal.aborted ? signal.reason : error;
    }
    socket.setNoDelay(true);
    socket.on("session", (latest: Buffer) => this.#sessions.set(endpoint.url, latest));
    return socket;
  }

  async #tunnel(endpoint: Endpoint, signal: AbortSignal): Promise<Socket | null> {
    let proxy: ReturnType<typeof proxyFor>;
    try {
      proxy = proxyFor(endpoint, this.#environment, this.#onSecret);
    } catch (error) {
      if (!(error instanceof ProxyAddressError)) throw error;
      throw new ProblemError({ code: "proxy", text: error.message }, { cause: error });
    }
    if (proxy === null) return null;
    // The authorities of the configuration are Proxmox's; a proxy has nothing to do with them.
    const ca = proxy.secure ? await defaultAuthorities(this.#environment, this.#platform) : [];
    return openTunnel(proxy, endpoint, ca, signal);
  }

  async #createContext(): Promise<SecureContext> {
    const { createSecureContext } = await import("node:tls");
    const { insecure, authorities, minVersion } = this.#settings;
    const ca = insecure
      ? null
      : (authorities ?? (await defaultAuthorities(this.#environment, this.#platform)));
    return createSecureContext({
      // As in Go, any certificate that is named as trusted is: also an intermediate authority's, or the host's own.
      allowPartialTrustChain: true,
      minVersion: `TLSv${minVersion === "1.0" ? "1" : minVersion}` as SecureVersion,
      ...(ca === null ? {} : { ca: [...ca] }),
      // OpenSSL speaks TLS before 1.2 at its lowest security level only.
      ...(minVersion === "1.0" || minVersion === "1.1" ? { ciphers: "DEFAULT@SECLEVEL=0" } : {}),
    });
  }

  #verify(socket: TLSSocket, endpoint: Endpoint): void {
    const { insecure, fingerprints } = this.#settings;
    // Sessions are kept of accepted connections only, and resuming one proves that it is the same server; it shows no certificate then.
    if (insecure || socket.authorized || socket.isSessionReused()) return;
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined && fingerprints.includes(certificate.fingerprint256)) return;
    // Node declares an Error here and puts the code of one, a text.
    const code: unknown = socket.authorizationError;
    throw new ProblemError(certificateProblem(String(code), certificate, endpoint, fingerprints.length > 0));
  }
}

function handshake(socket: TLSSocket, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      socket.off("secureConnect", onConnect).off("error", onError).off("close", onClose);
      signal.removeEventListener("abort", onAbort);
      settle();
    };
    const onConnect = () => end(resolve);
    const onError = (error: Error) => end(() => reject(error));
    const onClose = () => end(() => reject(new Error("the connection was closed during the TLS handshake")));
    const onAbort = () => end(() => reject(signal.reason));
    socket.on("secureConnect", onConnect).on("error", onError).on("close", onClose);
    signal.addEventListener("abort", onAbort, { once: true });
    if (signal.aborted) onAbort();
  });
}

async function closed(socket: Socket): Promise<void> {
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}
