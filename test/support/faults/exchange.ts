/** One request as the fault proxy sees it, the true answer to it, and what may be done to the client instead of giving it. */
import { Agent, request as httpsRequest } from "node:https";
import type { Socket } from "node:net";
import { gunzipSync, gzipSync } from "node:zlib";

/** An answer as it came from the server behind the proxy, the body as on the wire. */
export interface TrueAnswer {
  readonly status: number;
  readonly reason: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** A request head and body, read off a connection. */
export interface ProxiedRequest {
  readonly method: string;
  /** Path and query as sent. */
  readonly target: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
}

/** Connections to servers behind fault proxies; they close idle ones themselves. */
const AGENT = new Agent({ keepAlive: false });

/** Asks the server behind the proxy what was asked of the proxy. */
export function askServer(upstream: string, request: ProxiedRequest): Promise<TrueAnswer> {
  const { method, target, headers, body } = request;
  return new Promise((resolve, reject) => {
    const asked = httpsRequest(
      `${upstream}${target}`,
      { method, headers: headers.flat(), rejectUnauthorized: false, agent: AGENT },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () =>
          resolve({
            status: response.statusCode ?? 0,
            reason: response.statusMessage ?? "",
            headers: pairs(response.rawHeaders),
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    asked.on("error", reject);
    asked.end(body);
  });
}

/** A request that waits for what becomes of it. */
export class Exchange {
  readonly request: ProxiedRequest;
  /** How often this method and target have been asked of this proxy, from 1. */
  readonly attempt: number;
  /** Of the whole proxy, from 1. */
  readonly number: number;
  readonly #secure: Socket;
  readonly #raw: Socket;
  readonly #ask: () => Promise<TrueAnswer>;

  constructor(options: {
    readonly request: ProxiedRequest;
    readonly attempt: number;
    readonly number: number;
    readonly secure: Socket;
    readonly raw: Socket;
    readonly ask: () => Promise<TrueAnswer>;
  }) {
    this.request = options.request;
    this.attempt = options.attempt;
    this.number = options.number;
    this.#secure = options.secure;
    this.#raw = options.raw;
    this.#ask = options.ask;
  }

  /** What the server behind says. */
  answer(): Promise<TrueAnswer> {
    return this.#ask();
  }

  /** The port that its connection comes from, which is one behind the proxy's front where bytes pass through. */
  get port(): number {
    return this.#raw.remotePort ?? 0;
  }

  /** Whether the client is gone. */
  get gone(): boolean {
    return this.#secure.destroyed;
  }

  /** Sends bytes; resolves when the socket has taken them, or is gone. */
  write(bytes: Buffer | string): Promise<void> {
    return new Promise((resolve) => {
      if (this.gone) resolve();
      else this.#secure.write(bytes, () => resolve());
    });
  }

  /** Ends the connection as servers do. */
  end(): void {
    this.#secure.end();
  }

  /** Cuts the connection off with a TCP reset. */
  reset(): void {
    this.#raw.resetAndDestroy();
  }

  /** Sends an answer whole; the connection ends where its headers say so. */
  async send(answer: TrueAnswer): Promise<void> {
    await this.write(Buffer.concat([headOf(answer), answer.body]));
    if (headerOf(answer, "connection").toLowerCase() === "close") this.end();
  }
}

/** Status line and headers with the empty line behind them. */
export function headOf({ status, reason, headers }: TrueAnswer, protocol = "HTTP/1.1"): Buffer {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`);
  return Buffer.from(`${protocol} ${status} ${reason}\r\n${lines.join("")}\r\n`, "latin1");
}

/** The whole of an answer. */
export function bytesOf(answer: TrueAnswer): Buffer {
  return Buffer.concat([headOf(answer), answer.body]);
}

/** A header's value; empty where there is none. */
function headerOf({ headers }: Pick<TrueAnswer, "headers">, name: string): string {
  return headers.find(([key]) => key.toLowerCase() === name)?.[1] ?? "";
}

/** The headers without some, and with others behind them. */
export function withHeaders(
  answer: TrueAnswer,
  leave: readonly string[],
  add: readonly (readonly [string, string])[] = [],
): TrueAnswer {
  const kept = answer.headers.filter(([name]) => !leave.includes(name.toLowerCase()));
  return { ...answer, headers: [...kept, ...add] };
}

/** The text of the body. */
export function textOf(answer: TrueAnswer): string {
  const { body } = answer;
  return (headerOf(answer, "content-encoding") === "gzip" ? gunzipSync(body) : body).toString("utf8");
}

/** The answer with another body, not compressed, and the length that belongs to it. */
export function withBody(answer: TrueAnswer, body: Buffer | string): TrueAnswer {
  const bytes = Buffer.from(body);
  return {
    ...withHeaders(answer, ["content-length", "content-encoding"], [["Content-Length", `${bytes.length}`]]),
    body: bytes,
  };
}

/** The answer with its body compressed, and the headers that belong to it. */
export function withGzip(answer: TrueAnswer, body: Buffer = gzipSync(textOf(answer))): TrueAnswer {
  return {
    ...withHeaders(
      answer,
      ["content-length", "content-encoding"],
      [
        ["Content-Encoding", "gzip"],
        ["Content-Length", `${body.length}`],
      ],
    ),
    body,
  };
}

/** The answer with another value under `data`. */
export function withData(answer: TrueAnswer, change: (data: unknown) => unknown): TrueAnswer {
  const whole = JSON.parse(textOf(answer)) as { readonly data: unknown };
  return withBody(answer, JSON.stringify({ ...whole, data: change(whole.data) }));
}

function pairs(raw: readonly string[]): (readonly [string, string])[] {
  return raw.flatMap((name, index) => (index % 2 === 0 ? [[name, raw[index + 1] ?? ""] as const] : []));
}
