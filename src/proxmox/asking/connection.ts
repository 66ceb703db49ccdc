/**
 * A connection to one endpoint: one socket at a time, with one request after the other (Proxmox's HTTP server fails with pipelining).
 * undici speaks HTTP over the sockets that `Dialer` makes. When a request is aborted, the connection is closed too.
 */
import type { Socket } from "node:net";
import type { Client, Dispatcher } from "undici";
import { type Clock, startDeadline } from "../clock.ts";
import { printable } from "../printable.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { AnswerBytes, AnswerTooLargeError, watchAnswers } from "./answer-bytes.ts";
import { BodyBuffer, type BodyRoom, MAX_BODY_BYTES } from "./body-buffer.ts";
import { problemOf, type Stage } from "./failure.ts";
import { IDLE_MS, type SpareSockets } from "./spare-sockets.ts";

/** Bytes of a whole answer as sent: a body in chunks has more bytes around it. */
const MAX_ANSWER_BYTES = 2 * MAX_BODY_BYTES;

const MAX_HEADER_BYTES = 64 * 1024;

export interface WireRequest {
  readonly method: "GET" | "POST";
  /** With the query, percent-encoded. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Whether the server closes the connection after the answer, so that the next request needs another one. */
  readonly closes: boolean;
}

export interface WireResponse {
  readonly status: number;
  /** The reason phrase; printable, may be empty. */
  readonly reason: string;
  readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>;
  /** As received, possibly compressed. */
  readonly body: Buffer;
  /** Gives back the room of the body. Call it when the body has been read. */
  readonly release: () => void;
}

export interface ExchangeLimits {
  /** For connecting, including TLS, when there is no open socket. */
  readonly connectMs: number;
  /** For the whole request. */
  readonly timeoutMs: number;
}

export interface ConnectionOptions {
  readonly sockets: SpareSockets;
  /** The proxy to the endpoint; null for none. */
  readonly proxyUrl: string | null;
  readonly clock: Clock;
  /** Shared by the bodies of all connections. */
  readonly room: BodyRoom;
}

interface SocketFault {
  error: Error | null;
}

/** Sends requests to one endpoint. After one has failed, it must not be used any more. */
export class Connection {
  static #undici: Promise<typeof Client> | null = null;
  readonly #client: Client;
  readonly #endpoint: Endpoint;
  readonly #options: ConnectionOptions;
  readonly #answer = new AnswerBytes({ answer: MAX_ANSWER_BYTES, interim: MAX_HEADER_BYTES });
  /** Aborted when the connection is closed; also ends a connect in progress. */
  readonly #end = new AbortController();
  #dead = false;
  /** The error of the current socket. Of several errors undici keeps the last, which says the least. */
  #socketFault: SocketFault = { error: null };
  #connectMs = 0;
  /** The current socket, or the last one. */
  #socket: Socket | null = null;
  #dialing: Promise<unknown> = Promise.resolve();

  private constructor(UndiciClient: typeof Client, endpoint: Endpoint, options: ConnectionOptions) {
    this.#endpoint = endpoint;
    this.#options = options;
    this.#client = new UndiciClient(endpoint.url, {
      allowH2: false,
      pipelining: 1,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      maxResponseSize: MAX_BODY_BYTES,
      // Each request has a deadline of its own.
      headersTimeout: 0,
      bodyTimeout: 0,
      connect: (_options, callback) => {
        const dialing = this.#dial();
        this.#dialing = dialing.catch(() => {});
        dialing.then(
          (socket) => callback(null, socket),
          (error: unknown) => callback(error instanceof Error ? error : new Error(String(error)), null),
        );
      },
    });
  }

  /** Loads undici. The socket is opened for the first request. */
  static async open(endpoint: Endpoint, options: ConnectionOptions): Promise<Connection> {
    Connection.#undici ??= loadUndici();
    return new Connection(await Connection.#undici, endpoint, options);
  }

  /** Whether it can send another request. */
  get usable(): boolean {
    return !this.#dead;
  }

  /**
   * Sends a request and reads the whole answer.
   * @param signal ends the request and the connection
   * @throws Problem
   */
  exchange(
    { closes, ...request }: WireRequest,
    { connectMs, timeoutMs }: ExchangeLimits,
    signal: AbortSignal,
  ): Promise<WireResponse> {
    const { sockets, room, proxyUrl } = this.#options;
    const endpoint = this.#endpoint;
    this.#connectMs = connectMs;
    return new Promise((resolve, reject) => {
      let stage: Stage = "connecting";
      let response: Pick<WireResponse, "status" | "reason" | "headers"> | null = null;
      const body = new BodyBuffer(room);
      const fail = (cause: unknown) => {
        signal.removeEventListener("abort", onAbort);
        body.release();
        // Before `destroy`: when its client is destroyed, undici fails a request without a connection at once.
        reject(problemOf(cause, { stage, endpoint, timeoutMs, proxyUrl, isHttp: this.#answer.isHttp }));
        void this.destroy();
      };
      const finish = () => {
        signal.removeEventListener("abort", onAbort);
        if (response !== null) resolve({ ...response, body: body.bytes, release: () => body.release() });
      };
      const onAbort = () => fail(signal.reason);
      if (signal.aborted) {
        fail(signal.reason);
        return;
      }
      signal.addEventListener("abort", onAbort, { once: true });
      const handler: Dispatcher.DispatchHandler = {
        onRequestStart: () => {
          stage = "waiting";
          this.#answer.reset();
          if (closes) sockets.prepare(endpoint, timeoutMs);
        },
        onResponseStart: (_controller, status, headers, statusMessage) => {
          if (status < 200) return;
          stage = "answering";
          const reason = this.#answer.reason(status) ?? printable(statusMessage ?? "");
          response = { status, reason, headers };
          // The declared length is enough to refuse it.
          if (Number(headers["content-length"]) > MAX_BODY_BYTES)
            fail(new AnswerTooLargeError("UND_ERR_RES_EXCEEDED_MAX_SIZE"));
        },
        onResponseData: (_controller, chunk) => body.add(chunk),
        onResponseEnd: () => {
          // undici would end the socket with an error, and Node would record its stack: a tenth of a millisecond.
          if (/\bclose\b/i.test(String(response?.headers["connection"]))) this.#socket?.destroy();
          finish();
        },
        onResponseError: (_controller, error) => {
          if (isLengthMisread(error, response?.headers, body.bytes.length)) {
            finish();
            void this.destroy();
          } else {
            fail(this.#socketFault.error ?? error);
          }
        },
      };
      this.#client.dispatch({ ...request, headers: { ...request.headers } }, handler);
    });
  }

  /** Closes the connection; resolves when its socket is closed. */
  async destroy(): Promise<void> {
    this.#dead = true;
    this.#end.abort(new Error("the connection was given up"));
    await Promise.all([this.#client.destroy(), this.#dialing]);
  }

  async #dial() {
    const { clock, sockets } = this.#options;
    const deadline = startDeadline(clock, this.#connectMs, "connect", this.#end.signal);
    // Each socket has its own: undici ends the last one with an error, which may come while the next one is made.
    const fault: SocketFault = { error: null };
    this.#socketFault = fault;
    try {
      const socket = await sockets.dial(this.#endpoint, deadline.signal);
      socket.once("error", (error) => {
        fault.error = error;
      });
      watchAnswers(socket, this.#answer);
      this.#socket = socket;
      return socket;
    } finally {
      deadline.end();
    }
  }
}

/**
 * Whether a body has the announced length although undici says that it does not. undici counts spaces after the value of the header as
 * digits, but they are allowed (RFC 9110, section 5.5).
 */
function isLengthMisread(
  error: Error,
  headers: WireResponse["headers"] | undefined,
  length: number,
): boolean {
  const announced = headers?.["content-length"];
  return (
    "code" in error &&
    error.code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH" &&
    typeof announced === "string" &&
    /^\s*\d{1,15}\s+$/.test(announced) &&
    Number(announced) === length
  );
}

/**
 * Loads undici, and keeps V8 from optimising WebAssembly. undici's HTTP parser is the only WebAssembly here, one large
 * function. V8 would optimise it after three answers, and that takes 70 ms of a processor and 40 MB of memory. Both flags are
 * needed: with only the first, everything would be optimised at once. The largest budget would not help: it is used up after a
 * hundred answers.
 */
async function loadUndici(): Promise<typeof Client> {
  const { setFlagsFromString } = await import("node:v8");
  setFlagsFromString("--no-wasm-dynamic-tiering");
  setFlagsFromString("--no-wasm-tier-up");
  const { default: UndiciClient } = await import("undici/lib/dispatcher/client.js");
  return UndiciClient;
}
