/**
 * Stands between the provider and the stand-in of Proxmox, and does to connections, TLS and answers what networks and servers do on
 * bad days. Without a fault it passes everything on.
 */
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer, type TLSSocket, type TlsOptions } from "node:tls";
import type { Identity } from "../pve/certificate.ts";
import { askServer, Exchange, type ProxiedRequest, type TrueAnswer } from "./exchange.ts";

/** What is done to a TCP connection; `pass` lets TLS begin on it as usual. */
export type ConnectionFault = (socket: Socket, number: number, pass: () => void) => void;

/** What is done with a request; without it, the true answer is sent. */
export type ExchangeFault = (exchange: Exchange) => void | Promise<void>;

export interface FaultProxyOptions {
  /** `https://127.0.0.1:PORT` of the server behind. */
  readonly upstream: string;
  readonly identity: Identity;
  readonly tls?: TlsOptions;
  /** Default: `127.0.0.1`. */
  readonly host?: string;
  /** How the endpoint calls the host. Default: its address. */
  readonly name?: string;
}

/** A request that came, and when; on the clock of `performance.now()`. */
export interface SeenRequest {
  readonly method: string;
  readonly target: string;
  readonly at: number;
  /** When its answer was sent or its connection ended; NaN before. */
  until: number;
}

const HEAD_END = "\r\n\r\n";

export class FaultProxy {
  /** Set by the kinds of faults. */
  onConnection: ConnectionFault = (_socket, _number, pass) => pass();
  onExchange: ExchangeFault = async (exchange) => exchange.send(await exchange.answer());
  readonly seen: SeenRequest[] = [];
  connections = 0;
  readonly #options: FaultProxyOptions;
  readonly #tls: Server & { setSecureContext(options: TlsOptions): void };
  readonly #front: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #innerPort = 0;

  constructor(options: FaultProxyOptions) {
    this.#options = options;
    this.#tls = createTlsServer({ ...keyOf(options.identity), ...options.tls }, (socket) =>
      this.#serve(socket),
    );
    this.#tls.on("tlsClientError", (_error: Error, socket: Socket) => socket.destroy());
    this.#tls.on("connection", (socket: Socket) => this.#keep(socket));
    this.#front = createServer((socket) => this.#accept(socket));
  }

  async start(): Promise<void> {
    const host = this.#options.host ?? "127.0.0.1";
    this.#port = await listening(this.#front, host);
    this.#innerPort = await listening(this.#tls, "127.0.0.1");
  }

  get endpoint(): string {
    const host = this.#options.name ?? this.#options.host ?? "127.0.0.1";
    return `https://${host.includes(":") ? `[${host}]` : host}:${this.#port}`;
  }

  get port(): number {
    return this.#port;
  }

  /** Connections of clients that are open. */
  get openSockets(): number {
    return [...this.#sockets].filter((socket) => socket.localPort === this.#port && !socket.destroyed).length;
  }

  /** Shows another certificate from now on. */
  showCertificate(identity: Identity): void {
    this.#tls.setSecureContext(keyOf(identity));
  }

  /** A second connection to where TLS is spoken, for faults that pass its bytes on themselves. */
  inner(): Socket {
    const socket = connect(this.#innerPort, "127.0.0.1");
    this.#keep(socket);
    return socket;
  }

  /** Nobody listens any more; what is open is cut. */
  async die(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#front.close(() => resolve()));
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  async close(): Promise<void> {
    const closed = [this.#front, this.#tls].map(
      (server) => new Promise<void>((resolve) => server.close(() => resolve())),
    );
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closed);
  }

  #keep(socket: Socket): void {
    this.#sockets.add(socket);
    socket.on("close", () => this.#sockets.delete(socket)).on("error", () => socket.destroy());
  }

  #accept(socket: Socket): void {
    this.#keep(socket);
    this.connections += 1;
    this.onConnection(socket, this.connections, () => this.#tls.emit("connection", socket));
  }

  #serve(socket: TLSSocket): void {
    this.#keep(socket);
    let received = Buffer.alloc(0);
    let answering = Promise.resolve();
    socket.on("data", (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      const request = takeRequest(received);
      if (request === null) return;
      received = Buffer.alloc(0);
      answering = answering.then(() => this.#exchange(socket, request));
    });
  }

  async #exchange(secure: TLSSocket, request: ProxiedRequest): Promise<void> {
    const { method, target } = request;
    const seen: SeenRequest = { method, target, at: performance.now(), until: Number.NaN };
    this.seen.push(seen);
    const done = (): void => {
      if (Number.isNaN(seen.until)) seen.until = performance.now();
    };
    secure.once("close", done);
    const exchange = new Exchange({
      request,
      number: this.seen.length,
      attempt: this.seen.filter((other) => other.method === method && other.target === target).length,
      secure,
      raw: rawOf(secure),
      ask: (): Promise<TrueAnswer> => askServer(this.#options.upstream, request),
    });
    // A server behind that is gone looks to the client like this one being gone.
    await Promise.resolve(this.onExchange(exchange)).catch(() => exchange.reset());
    done();
  }
}

/** The request at the beginning of the bytes; null when it is not whole yet. */
function takeRequest(bytes: Buffer): ProxiedRequest | null {
  const headEnd = bytes.indexOf(HEAD_END);
  if (headEnd < 0) return null;
  const [line = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n");
  const [method = "", target = ""] = line.split(" ");
  const headers = lines.map((text) => {
    const colon = text.indexOf(":");
    return [text.slice(0, colon), text.slice(colon + 1).trim()] as const;
  });
  const length = Number(headers.find(([name]) => name.toLowerCase() === "content-length")?.[1] ?? 0);
  const body = bytes.subarray(headEnd + HEAD_END.length);
  return body.length < length ? null : { method, target, headers, body: Buffer.from(body) };
}

/** The TCP socket below TLS; a reset is sent there. */
function rawOf(secure: TLSSocket): Socket {
  const parent: unknown = "_parent" in secure ? secure._parent : null;
  return isSocket(parent) ? parent : secure;
}

function isSocket(value: unknown): value is Socket {
  return typeof value === "object" && value !== null && "resetAndDestroy" in value;
}

function keyOf(identity: Identity): TlsOptions {
  return { key: identity.privateKeyPem, cert: identity.certificatePem };
}

function listening(server: Server, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, host, () => resolve((server.address() as AddressInfo).port));
  });
}
