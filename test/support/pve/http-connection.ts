import type { Socket } from "node:net";

/** A request as it was read off a connection. */
export interface HttpRequest {
  readonly method: string;
  /** Path and query exactly as the request line had them. */
  readonly target: string;
  /** `HTTP/1.1` or `HTTP/1.0`. */
  readonly protocol: string;
  /** Header names in lower case; repeated ones are joined with `, `. */
  readonly headers: ReadonlyMap<string, string>;
  readonly body: Buffer;
}

/** Why a request was refused before anybody looked at its path. */
export interface BadRequest {
  readonly status: number;
  readonly reason: string;
  readonly request: Omit<HttpRequest, "body"> | null;
}

const HEAD_END = "\r\n\r\n";
const MAX_HEADERS = 64;
const MAX_BODY = 512 * 1024;
const KNOWN_METHODS = new Set(["GET", "POST", "PUT", "DELETE"]);

/**
 * Reads HTTP/1.1 requests off a socket the way pveproxy does: no HEAD, no chunked bodies, no body for GET, no more
 * than 64 header lines. One request at a time: what arrives while one is being answered is thrown away, because
 * pveproxy does not do pipelining either.
 *
 * @param onRequest Gets every whole request; reading goes on when its promise has settled.
 * @param onBadRequest Gets what pveproxy refuses by itself; it has to close the connection.
 */
export function readRequests(
  socket: Socket,
  onRequest: (request: HttpRequest) => Promise<void>,
  onBadRequest: (refusal: BadRequest) => void,
): void {
  let received = Buffer.alloc(0);
  let answering = false;
  let refused = false;

  const refuse = (status: number, reason: string, request: BadRequest["request"] = null): void => {
    refused = true;
    onBadRequest({ status, reason, request });
  };

  const next = (): void => {
    const headEnd = received.indexOf(HEAD_END);
    if (headEnd < 0) return;
    const head = parseHead(received.toString("latin1", 0, headEnd));
    if (typeof head === "string") {
      refuse(400, head);
      return;
    }
    const length = Number(head.headers.get("content-length") ?? 0);
    const problem = refusalOf(head, length);
    if (problem !== null) {
      refuse(501, problem, head);
      return;
    }
    const bodyStart = headEnd + HEAD_END.length;
    if (received.length < bodyStart + length) return;
    const body = Buffer.from(received.subarray(bodyStart, bodyStart + length));
    received = Buffer.alloc(0);
    answering = true;
    void onRequest({ ...head, body }).finally(() => {
      answering = false;
    });
  };

  socket.on("data", (chunk: Buffer) => {
    if (answering || refused) return;
    received = Buffer.concat([received, chunk]);
    next();
  });
}

/** The request line and headers, or what is wrong with them. */
function parseHead(head: string): Omit<HttpRequest, "body"> | string {
  const [requestLine = "", ...lines] = head.split("\r\n");
  const request = /^(\S+) (\S+) (HTTP\/1\.\d)$/.exec(requestLine);
  const [, method, target, protocol] = request ?? [];
  if (method === undefined || target === undefined || protocol === undefined) return "bad request";
  if (lines.length >= MAX_HEADERS) return "too many http header lines (> 64)";
  const headers = new Map<string, string>();
  for (const line of lines) {
    const [, name, value] = /^([^:\s]+)\s*:\s*(.*)$/.exec(line) ?? [];
    if (name === undefined || value === undefined) return "unable to parse request header";
    const key = name.toLowerCase();
    const before = headers.get(key);
    headers.set(key, before === undefined ? value : `${before}, ${value}`);
  }
  return { method, target, protocol, headers };
}

/** The reason of the 501 that pveproxy gives, or null. */
function refusalOf(head: Omit<HttpRequest, "body">, length: number): string | null {
  if (!KNOWN_METHODS.has(head.method)) return `method '${head.method}' not available`;
  const encoding = head.headers.get("transfer-encoding");
  if (encoding?.toLowerCase() === "chunked") return "chunked transfer encoding not supported";
  if (encoding !== undefined) return `Unknown transfer encoding '${encoding}'`;
  if (length > 0 && head.method !== "PUT" && head.method !== "POST") {
    return `Unexpected content for method '${head.method}'`;
  }
  return length > MAX_BODY ? "for data too large" : null;
}
