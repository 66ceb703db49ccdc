/** Faults of bodies: compression that is damaged or a bomb, sizes without measure, and pages of other servers. */
import { randomBytes } from "node:crypto";
import { deflateSync, gzipSync } from "node:zlib";
import { textOf, withBody, withGzip, withHeaders } from "../exchange.ts";
import type { FaultKind, Outcome } from "../kind.ts";
import { between, error, onAnswer, onRequest, SAME } from "../strike.ts";

const group = "body";
const DAMAGED = error(/The compressed answer is damaged/, /firewall or proxy between changes what/);
const TOO_LARGE = error(/larger than|more than|too large/, /API of Proxmox VE itself/);
const NOT_JSON = error(/not JSON/, /API of Proxmox VE itself/);
const NO_DATA = error(/JSON without "data"|empty|not JSON/, /API of Proxmox VE itself/);

/** A page as reverse proxies show it, with status 200. */
const PAGE =
  "<!DOCTYPE html>\n<html><head><title>Sign in</title></head><body><script>location='/login'</script></body></html>\n";

/** A body with status 200 whose declared type is this. */
function body(
  name: string,
  wire: string,
  bytes: Buffer | string,
  outcome: Outcome,
  type = "application/json;charset=UTF-8",
): FaultKind {
  return onAnswer({
    name,
    group,
    wire,
    outcome,
    asked: 1,
    change: (answer) =>
      withHeaders(
        withBody({ ...answer, status: 200, reason: "OK" }, bytes),
        ["content-type"],
        [["Content-Type", type]],
      ),
  });
}

export const bodyKinds: readonly FaultKind[] = [
  gzip("gzip-cut", "gzip that breaks off", "always", DAMAGED, (bytes, random) =>
    bytes.subarray(0, between(random, 1, bytes.length - 1)),
  ),
  gzip("gzip-cut-once", "gzip that breaks off", "once", SAME, (bytes, random) =>
    bytes.subarray(0, between(random, 1, bytes.length - 1)),
  ),
  gzip("gzip-damaged", "gzip with bytes that are others", "always", DAMAGED, (bytes, random) => {
    const damaged = Buffer.from(bytes);
    // The checksum at the end, or the data before it.
    const at = between(random, 10, bytes.length - 4);
    for (let index = at; index < at + 4; index += 1) damaged[index] = (damaged[index] ?? 0) ^ 0xff;
    return damaged;
  }),
  gzip("gzip-checksum", "gzip with a wrong checksum", "once", SAME, (bytes) => {
    const damaged = Buffer.from(bytes);
    const at = bytes.length - 5;
    damaged[at] = (damaged[at] ?? 0) ^ 0x10;
    return damaged;
  }),
  gzip("gzip-of-nothing", "no gzip, although it says so", "always", DAMAGED, () =>
    Buffer.from('{"data":[]}'),
  ),
  gzip("gzip-length-lies", "gzip whose own word on its length is wrong", "always", DAMAGED, (bytes) => {
    const damaged = Buffer.from(bytes);
    damaged.writeUInt32LE(3_000_000_000, bytes.length - 4);
    return damaged;
  }),
  gzip("gzip-bomb", "15 MB of gzip that become 15 GB", "always", TOO_LARGE, () => {
    const layer = gzipSync(Buffer.alloc(64 * 1024 * 1024));
    return Buffer.concat(Array<Buffer>(240).fill(layer));
  }),
  gzip("gzip-of-lists", "60 kB of gzip that become 24 MB of small lists", "always", TOO_LARGE, () =>
    gzipSync(`{"data":[${"[],".repeat(8_000_000)}[]]}`),
  ),
  gzip(
    "gzip-of-objects",
    "gzip that becomes 20 MB of objects with names of their own",
    "always",
    TOO_LARGE,
    () => gzipSync(`{"data":[${Array.from({ length: 1_000_000 }, (_, index) => `{"n${index}":1}`).join()}]}`),
  ),
  onAnswer({
    name: "deflate",
    group,
    wire: "another encoding than those that were offered",
    asked: 1,
    outcome: error(/is encoded as "deflate", which was not asked for/, /API of Proxmox VE itself/),
    change: (answer) => {
      const bytes = deflateSync(textOf(answer));
      return withHeaders(
        { ...withBody(answer, bytes) },
        ["content-encoding"],
        [["Content-Encoding", "deflate"]],
      );
    },
  }),
  onAnswer({
    name: "gzip-unasked-name",
    group,
    wire: "gzip under its old name",
    outcome: SAME,
    change: (answer) => withHeaders(withGzip(answer), ["content-encoding"], [["Content-Encoding", "X-GZIP"]]),
  }),
  body("html", "the page of a reverse proxy with status 200", PAGE, NOT_JSON, "text/html"),
  body("html-as-json", "a page that says it is JSON", PAGE, NOT_JSON),
  body("empty", "nothing", "", error(/is empty/, /API of Proxmox VE itself/)),
  body("json-of-another-api", "JSON of another API", '{"message":"Not Found","code":7}', NO_DATA),
  body("json-null", "null", "null", NO_DATA),
  body("json-list", "a list", "[1,2,3]", NO_DATA),
  body("json-text", "a text", '"data"', NO_DATA),
  body("json-cut", "JSON that breaks off, with the right length", '{"data":[{"node":"pve', NOT_JSON),
  body("nan", "NaN and Infinity, which JSON does not have", '{"data":[NaN,Infinity]}', NOT_JSON),
  body("binary", "bytes without meaning", Buffer.from(randomBytes(5000)), NOT_JSON),
  body("utf-16", "UTF-16", Buffer.from('\ufeff{"data":[]}', "utf16le"), NOT_JSON),
  body(
    "nesting-of-a-million",
    "a million lists in each other",
    `{"data":${"[".repeat(1_000_000)}${"]".repeat(1_000_000)}}`,
    error(/not JSON|more than|not what Proxmox VE answers/, /API of Proxmox VE itself|Proxmox VE itself/),
  ),
  body(
    "huge-text",
    "a text of 10 MB where a list should be",
    `{"data":"${"x".repeat(10_000_000)}"}`,
    error(/not what Proxmox VE answers/, /report this with its version/),
  ),
  body("huge-body", "17 MB of JSON", `{"data":["${"x".repeat(17 * 1024 * 1024)}"]}`, TOO_LARGE),
  onRequest({
    name: "body-for-ever",
    group,
    wire: "chunks without end",
    outcome: TOO_LARGE,
    asked: 1,
    send: async (exchange) => {
      await exchange.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
      const chunk = `10000\r\n${" ".repeat(0x10000)}\r\n`;
      while (!exchange.gone) {
        await exchange.write(chunk);
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  }),
  {
    name: "huge-bodies-together",
    group,
    wire: "15 MB of small lists from every node at a time",
    strikes: "the devices of every node",
    outcome: TOO_LARGE,
    asked: 1,
    arrange: ({ proxies: [proxy] }) => {
      if (proxy === undefined) return undefined;
      const pass = proxy.onExchange;
      proxy.onExchange = async (exchange) => {
        if (!exchange.request.target.includes("/hardware/pci")) return pass(exchange);
        const answer = await exchange.answer();
        return exchange.send(withBody(answer, `{"data":[${"[],".repeat(5_000_000)}[]]}`));
      };
      return undefined;
    },
  },
];

/** The true body compressed, and then this done to it. */
function gzip(
  name: string,
  wire: string,
  times: "once" | "always",
  outcome: Outcome,
  change: (bytes: Buffer, random: Parameters<typeof between>[0]) => Buffer,
): FaultKind {
  return onAnswer({
    name,
    group,
    wire,
    times,
    outcome,
    ...(outcome === TOO_LARGE ? { asked: 1 } : {}),
    change: (answer, random) => withGzip(answer, change(gzipSync(textOf(answer)), random)),
  });
}
