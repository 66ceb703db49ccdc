import { connect } from "node:tls";
import { parseRawAnswer, type RawAnswer } from "./raw-answer.ts";
import type { PveStandIn } from "./stand-in.ts";

/** A request to be made byte by byte, so that the answer can be judged byte by byte. */
export interface Exchange {
  /** Default: GET. */
  readonly method?: string;
  /** Path and query, for example `/api2/json/version`. */
  readonly path: string;
  /** API token, `user@realm!name=secret`. */
  readonly token?: string;
  /** Further header lines. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent as `application/x-www-form-urlencoded`. */
  readonly form?: Readonly<Record<string, string | readonly string[]>>;
}

/** Makes one request on a connection of its own and returns the raw answer. */
export async function exchange(pve: PveStandIn, request: Exchange): Promise<RawAnswer> {
  const { hostname } = new URL(pve.endpoint);
  const socket = connect({ host: hostname.replace(/[[\]]/g, ""), port: pve.port, ca: pve.caPem });
  const chunks: Buffer[] = [];
  const answered = new Promise<Buffer>((resolve, reject) => {
    socket.on("error", reject);
    socket.on("close", () => resolve(Buffer.concat(chunks)));
    socket.on("data", (chunk: Buffer) => {
      chunks.push(chunk);
      const received = Buffer.concat(chunks);
      if (isWhole(received)) socket.end();
    });
  });
  socket.write(requestBytes(request));
  return parseRawAnswer(await answered);
}

function requestBytes({ method = "GET", path, token, headers = {}, form }: Exchange): Buffer {
  const body = form === undefined ? "" : encodeForm(form);
  const lines = [
    `${method} ${path} HTTP/1.1`,
    "Host: pve.example",
    ...(token === undefined ? [] : [`Authorization: PVEAPIToken=${token}`]),
    ...(form === undefined
      ? []
      : ["Content-Type: application/x-www-form-urlencoded", `Content-Length: ${body.length}`]),
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ];
  return Buffer.from(`${lines.join("\r\n")}\r\n\r\n${body}`);
}

/** A list becomes one pair for each of its items. */
function encodeForm(form: NonNullable<Exchange["form"]>): string {
  const encoded = new URLSearchParams();
  for (const [name, value] of Object.entries(form))
    for (const item of [value].flat()) encoded.append(name, item);
  return encoded.toString();
}

/** Whether all has come that the answer's own Content-Length promises. */
function isWhole(received: Buffer): boolean {
  const headEnd = received.indexOf("\r\n\r\n");
  if (headEnd < 0) return false;
  const length = /^content-length: (\d+)$/im.exec(received.toString("latin1", 0, headEnd))?.[1] ?? "0";
  return received.length >= headEnd + 4 + Number(length);
}
