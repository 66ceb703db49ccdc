/**
 * A Proxmox for measurements, in its own process: `fork(…, [SIZE AS JSON])`. All answers are prepared, also compressed,
 * so that it takes almost no processor time from what is measured. It sends its address when it listens, then its
 * counts whenever it gets a message. It ends with the channel to its parent.
 */
import type { Socket } from "node:net";
import { setTimeout as delay } from "node:timers/promises";
import { createServer, type TLSSocket } from "node:tls";
import { gzipSync } from "node:zlib";
import { type Answer, composeAnswer, headBytes, JSON_TYPE } from "../../test/support/pve/answer.ts";
import { createCertificateAuthority } from "../../test/support/pve/certificate.ts";
import { type HttpRequest, readRequests } from "../../test/support/pve/http-connection.ts";
import { functionsOf, nodeNames } from "./cluster.ts";
import type { ServerAddress, ServerOptions } from "./proxmox.ts";
import { TrafficCounter } from "./traffic.ts";

/** A prepared body. */
interface Prepared {
  readonly plain: Buffer;
  /** Null where Proxmox does not compress: up to 1 KiB. */
  readonly gzip: Buffer | null;
  /** The daemon behind Proxmox's proxy closes its connections, and the proxy does the same. */
  readonly closes: boolean;
  /** How long Proxmox would work on it, in milliseconds. */
  readonly delayMs: number;
}

const API = "/api2/json";
const GZIP_FROM = 1024;

function prepare(data: unknown, closes: boolean, delayMs: number): Prepared {
  const plain = Buffer.from(JSON.stringify({ data }));
  return { plain, gzip: plain.length > GZIP_FROM ? gzipSync(plain) : null, closes, delayMs };
}

function answersOf(options: ServerOptions): ReadonlyMap<string, Prepared> {
  const names = nodeNames(options);
  const devices = prepare(functionsOf(options.functions), true, options.delayMs);
  const nodes = names.map((node) => ({
    node,
    id: `node/${node}`,
    type: "node",
    status: "online",
    level: "",
  }));
  return new Map([
    [`${API}/version`, prepare({ version: "9.2.11", release: "9.2", repoid: "f6997e69a1b2c3d4" }, false, 0)],
    [`${API}/nodes`, prepare(nodes, false, 0)],
    ...names.map((node) => [`${API}/nodes/${node}/hardware/pci`, devices] as const),
  ]);
}

/** Writes the answer. Returns its length in bytes and whether it was compressed. */
function write(socket: Socket, request: HttpRequest, prepared: Prepared | undefined): [number, boolean] {
  const gzip = /gzip/.test(request.headers.get("accept-encoding") ?? "") ? (prepared?.gzip ?? null) : null;
  const answer: Answer =
    prepared === undefined
      ? { status: 501, reason: "Not Implemented", body: null }
      : {
          status: 200,
          reason: "OK",
          body: null,
          type: JSON_TYPE,
          ...(prepared.closes ? { forwardedConnection: "close" } : {}),
          headers: [
            ["Content-Length", String((gzip ?? prepared.plain).length)],
            ...(gzip === null ? [] : [["Content-Encoding", "gzip"] as const]),
          ],
        };
  const delivery = { protocol: request.protocol, keepAlive: true, gzip: false, now: new Date() };
  const head = headBytes(composeAnswer(answer, delivery));
  const body = gzip ?? prepared?.plain ?? Buffer.alloc(0);
  socket.cork();
  socket.write(head);
  socket.write(body);
  socket.uncork();
  if (prepared?.closes !== false) socket.end();
  return [head.length + body.length, gzip !== null];
}

const options = JSON.parse(process.argv[2] ?? "") as ServerOptions;
const answers = answersOf(options);
const counter = new TrafficCounter();
const authority = createCertificateAuthority();
const identity = authority.issue({ hosts: ["localhost", "127.0.0.1"] });

const server = createServer(
  { key: identity.privateKeyPem, cert: identity.certificatePem },
  (socket: TLSSocket) => {
    counter.handshake(socket.isSessionReused());
    socket.on("error", () => socket.destroy());
    readRequests(
      socket,
      async (request) => {
        const path = request.target.replace(/\?.*/s, "");
        const node = /\/nodes\/([^/]+)\//.exec(path)?.[1] ?? null;
        const end = counter.begin(path.replace(API, ""), node);
        const prepared = answers.get(path);
        if (prepared !== undefined && prepared.delayMs > 0) await delay(prepared.delayMs);
        end(...write(socket, request, prepared));
      },
      () => socket.destroy(),
    );
  },
);
server.on("tlsClientError", (_error, socket) => socket.destroy());
server.listen(0, "127.0.0.1", () => {
  const address = server.address();
  const port = typeof address === "object" && address !== null ? address.port : 0;
  const told: ServerAddress = { endpoint: `https://127.0.0.1:${port}`, caPem: authority.certificatePem };
  process.send?.(told);
});
process.on("message", () => process.send?.(counter.take()));
process.on("disconnect", () => process.exit(0));
