/**
 * One TLS connection to an endpoint, trusted before the first byte of a request is sent. Node's own check is off during the
 * handshake, because a certificate with a listed fingerprint needs no authority and no matching name. `#verify` decides whether
 * the connection is used.
 */
import { isIP, type Socket } from "node:net";
import { type ConnectionOptions, connect, type SecureContext, type TLSSocket } from "node:tls";
import { Problem } from "../errors.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import type { Environment } from "../settings/environment.ts";
import { defaultAuthorities } from "./authorities.ts";
import { certificateProblem } from "./certificate.ts";
import { proxyFor } from "./proxy.ts";
import { type TlsSettings, Trust } from "./trust.ts";
import { openTunnel } from "./tunnel.ts";

/**
 * How long one of several addresses is tried before the next one (RFC 8305 suggests 250 ms, which is too short over a slow VPN).
 */
const ADDRESS_ATTEMPT_MS = 1_000;

/** Opens connections with one set of TLS settings, and resumes earlier sessions of the same server. */
export class Dialer {
  readonly #settings: TlsSettings;
  readonly #environment: Environment;
  readonly #platform: NodeJS.Platform;
  readonly #onSecret: (secret: string) => void;
  readonly #trust: Trust;
  readonly #sessions = new Map<string, Buffer>();

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
    this.#trust = new Trust(settings, environment, platform);
  }

  /**
   * Connects. If the signal is aborted before that is done, the socket is destroyed. Afterwards the socket belongs to the
   * caller.
   * @throws Problem when the certificate or the proxy is at fault; the signal's reason; otherwise the native error
   */
  async dial(endpoint: Endpoint, signal: AbortSignal): Promise<TLSSocket> {
    for (;;) {
      const context = this.#trust.context();
      const socket = await this.#connect(endpoint, context, signal);
      const problem = this.#verify(socket, endpoint);
      if (problem === null) {
        socket.setNoDelay(true);
        // One session serves any number of connections, and Node takes a tenth of a millisecond to pass on another one.
        if (!socket.isSessionReused()) {
          socket.on("session", (latest: Buffer) => this.#sessions.set(endpoint.url, latest));
        }
        return socket;
      }
      const fault: unknown = socket.authorizationError;
      await dropped(socket);
      if (!this.#trust.widen(context, fault)) throw problem;
    }
  }

  /** Connects without checking the certificate. */
  async #connect(endpoint: Endpoint, secureContext: SecureContext, signal: AbortSignal): Promise<TLSSocket> {
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
    const socket = connect(options);
    try {
      await handshake(socket, signal);
      return socket;
    } catch (error) {
      tunnel?.on("error", () => {}).destroy();
      await dropped(socket);
      throw signal.aborted ? signal.reason : error;
    }
  }

  /** The proxy of an endpoint, without credentials; null for none, and for one that cannot be used. */
  proxyUrl(endpoint: Endpoint): string | null {
    try {
      return proxyFor(endpoint, this.#environment, this.#onSecret)?.url ?? null;
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      return null;
    }
  }

  async #tunnel(endpoint: Endpoint, signal: AbortSignal): Promise<Socket | null> {
    const proxy = proxyFor(endpoint, this.#environment, this.#onSecret);
    if (proxy === null) return null;
    // The configured authorities are those of Proxmox; they do not apply to a proxy.
    const ca = proxy.secure ? defaultAuthorities(this.#environment, this.#platform) : [];
    return openTunnel(proxy, endpoint, ca, signal);
  }

  /** What is wrong with the server's certificate; null when it is accepted. */
  #verify(socket: TLSSocket, endpoint: Endpoint): Problem | null {
    const { insecure, fingerprints } = this.#settings;
    // Only sessions of accepted connections are kept. Resuming one proves that it is the same server, which then shows no certificate.
    if (insecure || socket.authorized || socket.isSessionReused()) return null;
    // Node returns it only once.
    const certificate = socket.getPeerX509Certificate();
    if (certificate !== undefined && fingerprints.includes(certificate.fingerprint256)) return null;
    // Node declares an Error here, but sets the code of one, a text.
    const code: unknown = socket.authorizationError;
    return certificateProblem(String(code), certificate, endpoint, fingerprints.length > 0);
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

/** Ends a connection; resolves when it is closed. */
export async function dropped(socket: Socket): Promise<void> {
  socket.on("error", () => {}).destroy();
  if (!socket.closed) await new Promise((resolve) => socket.once("close", resolve));
}
