/** Faults of answers as HTTP has them: cut, stalled, and not what HTTP/1.1 allows. */
import { setTimeout as delay } from "node:timers/promises";
import type { Random } from "../../pve/random.ts";
import { bytesOf, type Exchange, headOf, withHeaders } from "../exchange.ts";
import { type FaultKind, type Outcome, SHORT } from "../kind.ts";
import { between, error, onRequest, SAME } from "../strike.ts";
import { BAD_HEAD, endless, NOT_HTTP, says, TOO_LARGE } from "./bytes.ts";

const group = "answer";
const NO_ANSWER = error(/closed the connection without an answer/, /Check that pveproxy and pvedaemon run/);
const LOST = error(/was lost in the middle of the answer/, /no firewall or proxy is between/);
const SILENT = error(/did not finish its answer within 3 s/, /"timeout"/);

type Place = "before" | "head" | "body";

/** How many bytes of an answer come before something happens to it. */
async function cutOf(exchange: Exchange, place: Place, random: Random): Promise<Buffer> {
  const answer = await exchange.answer();
  const head = headOf(answer).length;
  const all = bytesOf(answer);
  if (place === "before") return Buffer.alloc(0);
  return all.subarray(0, place === "head" ? between(random, 1, head) : between(random, head, all.length));
}

const WORDS: Readonly<Record<Place, string>> = {
  before: "instead of an answer",
  head: "in the headers",
  body: "in the body",
};

/** The connection ends, is reset or stalls at some byte. */
function breaks(
  how: "reset" | "end" | "stall",
  place: Place,
  times: "once" | "always",
  outcome: Outcome,
): FaultKind {
  const name = { reset: "reset", end: "closed", stall: "stalls" }[how];
  const wire = { reset: "a TCP reset", end: "the connection is closed", stall: "silence" }[how];
  const asked = how === "stall" ? { asked: 1, setting: SHORT } : {};
  return onRequest({
    name: `${name}-${place}${times === "once" && how !== "stall" ? "-once" : ""}`,
    group,
    wire: `${wire} ${WORDS[place]}`,
    times,
    outcome,
    ...asked,
    send: async (exchange, random) => {
      await exchange.write(await cutOf(exchange, place, random));
      if (how === "reset") {
        // What was written has to be on its way first: a reset throws away what was not sent.
        await delay(20);
        exchange.reset();
      } else if (how === "end") exchange.end();
    },
  });
}

export const answerKinds: readonly FaultKind[] = [
  breaks("reset", "before", "once", SAME),
  breaks("reset", "before", "always", NO_ANSWER),
  breaks("reset", "head", "once", SAME),
  breaks("reset", "head", "always", NO_ANSWER),
  breaks("reset", "body", "once", SAME),
  breaks("reset", "body", "always", LOST),
  breaks("end", "before", "once", SAME),
  breaks("end", "before", "always", NO_ANSWER),
  breaks("end", "head", "once", SAME),
  breaks("end", "head", "always", NO_ANSWER),
  breaks("end", "body", "once", SAME),
  breaks("end", "body", "always", LOST),
  breaks("stall", "before", "always", SILENT),
  breaks("stall", "head", "always", SILENT),
  breaks("stall", "body", "always", SILENT),
  onRequest({
    name: "one-byte-a-second",
    group,
    wire: "one byte a second",
    outcome: SILENT,
    asked: 1,
    setting: SHORT,
    send: async (exchange) => {
      const bytes = bytesOf(await exchange.answer());
      for (let at = 0; at < bytes.length && !exchange.gone; at += 1) {
        await exchange.write(bytes.subarray(at, at + 1));
        await delay(1000);
      }
    },
  }),
  onRequest({
    name: "byte-by-byte",
    group,
    wire: "every byte in a TLS record of its own",
    outcome: SAME,
    send: async (exchange) => {
      for (const byte of bytesOf(await exchange.answer())) await exchange.write(Buffer.of(byte));
    },
  }),
  says(
    "garbage-status-line",
    "a status line without meaning",
    (random) =>
      `${["\0\0\0", "HTTP/9.9 abc\r\n\r\n", "ICY 200 OK\r\n\r\n"][between(random, 0, 3)]}${"x".repeat(50)}`,
    NOT_HTTP,
    1,
  ),
  says("http-0.9", "a body alone, as HTTP/0.9 has it", '{"data":[]}', NOT_HTTP, 1),
  says(
    "http-2",
    "frames of HTTP/2",
    Buffer.from("00001204000000000000030000006400040010000000060004000000000000040800000000", "hex"),
    NOT_HTTP,
    1,
  ),
  says("status-999999", "a status of six digits", "HTTP/1.1 999999 What\r\n\r\n", NOT_HTTP, 1),
  says("status-1", "a status of one digit", "HTTP/1.1 2 OK\r\nContent-Length: 0\r\n\r\n", NOT_HTTP, 1),
  says(
    "switching-protocols",
    "101 Switching Protocols, unasked",
    "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n",
    NO_ANSWER,
  ),
  onRequest({
    name: "http-1.0",
    group,
    wire: "HTTP/1.0, without a length, closed behind the body",
    outcome: SAME,
    send: async (exchange) => {
      const answer = withHeaders(await exchange.answer(), ["content-length", "connection"]);
      await exchange.write(Buffer.concat([headOf(answer, "HTTP/1.0"), answer.body]));
      exchange.end();
    },
  }),
  onRequest({
    name: "continue",
    group,
    wire: "100 Continue and 103 Early Hints before the answer",
    outcome: SAME,
    send: async (exchange) => {
      await exchange.write("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n");
      await exchange.send(await exchange.answer());
    },
  }),
  endless("continue-for-ever", "100 Continue again and again", "", "HTTP/1.1 100 Continue\r\nX: y\r\n\r\n"),
  says(
    "huge-header",
    "a header of 100 kB to 1 MB",
    (random) => `HTTP/1.1 200 OK\r\nX-Huge: ${"x".repeat(between(random, 100_000, 1_000_000))}\r\n\r\n`,
    TOO_LARGE,
    1,
  ),
  endless("headers-for-ever", "headers without end", "HTTP/1.1 200 OK\r\n", "X-More: again and again\r\n"),
  says(
    "huge-reason",
    "a reason of 1 MB",
    `HTTP/1.1 500 ${"x".repeat(1_000_000)}\r\nContent-Length: 0\r\n\r\n`,
    error(/Proxmox failed to answer \(500 x{500,}/, /journals of pveproxy/),
  ),
  says(
    "broken-header",
    "a header without a colon",
    'HTTP/1.1 200 OK\r\nno colon here\r\nContent-Length: 11\r\n\r\n{"data":[]}',
    BAD_HEAD,
    1,
  ),
];
