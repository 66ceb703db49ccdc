import { gzipSync } from "node:zlib";

/** What is to be sent, before the headers that every answer has are put around it. */
export interface Answer {
  readonly status: number;
  /** Its first line becomes the reason phrase. */
  readonly reason: string;
  /** Null: no body and no type, as with every 401 and 595. */
  readonly body: Buffer | null;
  /** Media type of the body. */
  readonly type?: string;
  /** More headers, for example `Location` or `Retry-After`. */
  readonly headers?: readonly (readonly [string, string])[];
  /** `Connection` lines that came along from another daemon; pveproxy adds its own behind them. */
  readonly forwardedConnection?: string;
}

/** What the connection and the request have to do with the answer. */
export interface Delivery {
  /** `HTTP/1.1`, or the older protocol that the request spoke. */
  readonly protocol: string;
  readonly keepAlive: boolean;
  /** Whether the client takes gzip; bodies of more than 1 KiB are then compressed. */
  readonly gzip: boolean;
  readonly now: Date;
}

/** The wire form of an answer, in parts, so that a fault can replace one of them. */
export interface WireAnswer {
  readonly statusLine: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Buffer;
  /** Whether the connection is closed behind it. */
  readonly close: boolean;
}

export const JSON_TYPE = "application/json;charset=UTF-8";
const GZIP_FROM = 1024;

/**
 * The order in which Perl's HTTP::Headers writes headers: general ones, then those of answers, then those of bodies,
 * each by name. Everything else comes last.
 */
const HEADER_ORDER = [
  "Cache-Control",
  "Connection",
  "Date",
  "Pragma",
  "Location",
  "Retry-After",
  "Server",
  "Content-Encoding",
  "Content-Length",
  "Content-Type",
  "Expires",
];

/** Puts Proxmox's headers around an answer: what `response` of pve-http-server's `AnyEvent.pm` does. */
export function composeAnswer(answer: Answer, delivery: Delivery): WireAnswer {
  const close = answer.status >= 400 || !delivery.keepAlive;
  const content = answer.body ?? Buffer.alloc(0);
  const compress = delivery.gzip && content.length > GZIP_FROM;
  const body = compress ? gzipSync(content) : content;
  const date = delivery.now.toUTCString();
  const usual: (readonly [string, string])[] = [
    ["Cache-Control", "max-age=0"],
    ...connectionHeaders(answer, close),
    ["Date", date],
    ["Pragma", "no-cache"],
    ["Server", "pve-api-daemon/3.0"],
    ["Expires", date],
  ];
  const own = answer.headers ?? [];
  const headers = [...usual.filter(([name]) => !own.some(([other]) => other === name)), ...own];
  if (compress) headers.push(["Content-Encoding", "gzip"]);
  if (body.length > 0) headers.push(["Content-Length", String(body.length)]);
  if (answer.type !== undefined) headers.push(["Content-Type", answer.type]);
  return {
    statusLine: `${delivery.protocol} ${answer.status} ${answer.reason.split("\n")[0]}`,
    headers: headers.toSorted(([left], [right]) => rank(left) - rank(right)),
    body,
    close,
  };
}

/** The bytes of status line and headers, with the empty line that ends them. */
export function headBytes(answer: WireAnswer): Buffer {
  const lines = [answer.statusLine, ...answer.headers.map(([name, value]) => `${name}: ${value}`)];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n`, "utf8");
}

function connectionHeaders(answer: Answer, close: boolean): [string, string][] {
  if (close) return [["Connection", "close"]];
  const forwarded = answer.forwardedConnection;
  return forwarded === undefined
    ? [["Connection", "Keep-Alive"]]
    : [
        ["Connection", forwarded],
        ["Connection", "Keep-Alive"],
      ];
}

function rank(name: string): number {
  const place = HEADER_ORDER.indexOf(name);
  return place < 0 ? HEADER_ORDER.length : place;
}
