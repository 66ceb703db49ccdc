/** Faults of where answers end: lengths and chunks. */
import type { Random } from "../../pve/random.ts";
import { bytesOf, headOf, textOf, withBody, withHeaders } from "../exchange.ts";
import type { FaultKind, Outcome } from "../kind.ts";
import { between, error, onAnswer, onRequest, SAME } from "../strike.ts";
import { BAD_HEAD, endless, says, TOO_LARGE } from "./bytes.ts";

const group = "answer";
const LOST = error(/was lost in the middle of the answer/, /no firewall or proxy is between/);
const DAMAGED = error(
  /is damaged: its pieces are not as HTTP\/1\.1 has them/,
  /Check that no firewall or proxy/,
);

export const lengthKinds: readonly FaultKind[] = [
  says(
    "two-lengths",
    "two lengths that differ",
    'HTTP/1.1 200 OK\r\nContent-Length: 11\r\nContent-Length: 12\r\n\r\n{"data":[]}',
    BAD_HEAD,
    1,
  ),
  says(
    "length-no-number",
    "a length that is no number",
    'HTTP/1.1 200 OK\r\nContent-Length: -11\r\n\r\n{"data":[]}',
    BAD_HEAD,
    1,
  ),
  onRequest({
    name: "length-too-long",
    group,
    wire: "a length longer than the body, then closed",
    outcome: LOST,
    send: async (exchange, random) => {
      const answer = await exchange.answer();
      const length = `${answer.body.length + between(random, 1, 1000)}`;
      await exchange.write(bytesOf(withHeaders(answer, ["content-length"], [["Content-Length", length]])));
      exchange.end();
    },
  }),
  onRequest({
    name: "length-too-short",
    group,
    wire: "a length shorter than the body",
    outcome: error(
      /damaged|not JSON|does not answer in HTTP|its headers are not those|breaks off/,
      /Check that/,
    ),
    send: async (exchange, random) => {
      const answer = await exchange.answer();
      const length = `${between(random, 0, answer.body.length - 1)}`;
      await exchange.write(bytesOf(withHeaders(answer, ["content-length"], [["Content-Length", length]])));
    },
  }),
  says(
    "length-of-a-terabyte",
    "a declared length of a terabyte",
    'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1099511627776\r\n\r\n{"data":[]}',
    TOO_LARGE,
    1,
  ),
  chunked("chunks", "chunks of a few bytes, with extensions and a trailer", SAME, (text, random) => {
    const size = between(random, 1, 30);
    const chunks = text.match(new RegExp(`[^]{1,${size}}`, "g")) ?? [];
    const sent = chunks.map((chunk) => `${Buffer.byteLength(chunk).toString(16)};a=b\r\n${chunk}\r\n`);
    return `${sent.join("")}0\r\nX-Trailer: yes\r\n\r\n`;
  }),
  chunked("chunk-size-broken", "a chunk whose size is no number", DAMAGED, (text, random) => {
    const at = between(random, 1, text.length);
    return `${at.toString(16)}\r\n${text.slice(0, at)}\r\nzz\r\n${text.slice(at)}\r\n0\r\n\r\n`;
  }),
  chunked("chunks-cut", "closed between two chunks", LOST, (text, random) => {
    const at = between(random, 1, text.length);
    return `${at.toString(16)}\r\n${text.slice(0, at)}\r\n`;
  }),
  chunked("chunk-too-short", "a chunk with fewer bytes than it says", LOST, (text) => {
    return `${(text.length + 99).toString(16)}\r\n${text}`;
  }),
  endless(
    "chunk-extensions-for-ever",
    "chunks of one byte with much behind their size, without end",
    "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n",
    `1;${"x".repeat(4000)}\r\n \r\n`,
  ),
  onAnswer({
    name: "bytes-behind-the-answer",
    group,
    wire: "bytes behind the end of the answer",
    outcome: SAME,
    change: (answer) => {
      const whole = withBody(answer, textOf(answer));
      return { ...whole, body: Buffer.concat([whole.body, Buffer.from("more than was announced")]) };
    },
  }),
];

/** The true body in chunks that are written so; then the connection is closed. */
function chunked(
  name: string,
  wire: string,
  outcome: Outcome,
  chunks: (text: string, random: Random) => string,
): FaultKind {
  return onRequest({
    name,
    group,
    wire,
    outcome,
    send: async (exchange, random) => {
      const answer = await exchange.answer();
      const head = withHeaders(
        answer,
        ["content-length", "content-encoding"],
        [["Transfer-Encoding", "chunked"]],
      );
      // ASCII alone, so that characters are bytes.
      const text = textOf(answer).replaceAll(/[^\0-\x7f]/g, (character) =>
        [...Array(character.length).keys()]
          .map((index) => `\\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`)
          .join(""),
      );
      await exchange.write(Buffer.concat([headOf(head), Buffer.from(chunks(text, random))]));
      exchange.end();
    },
  });
}
