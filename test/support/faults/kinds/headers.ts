/** Faults of headers: what is allowed and rarely seen, and what is not allowed. */
import { bytesOf, textOf, withBody, withHeaders } from "../exchange.ts";
import type { FaultKind, Outcome } from "../kind.ts";
import { error, onAnswer, onRequest, SAME } from "../strike.ts";
import { BAD_HEAD, says, TOO_LARGE } from "./bytes.ts";

const group = "answer";

/** An answer of its own, whose headers are these. */
function head(name: string, wire: string, lines: string): FaultKind {
  return says(name, wire, `HTTP/1.1 200 OK\r\n${lines}\r\n{"data":[]}`, BAD_HEAD, 1);
}

/** The true answer in chunks, behind whose end something comes. */
function trailed(name: string, wire: string, trailer: string, outcome: Outcome): FaultKind {
  return onRequest({
    name,
    group,
    wire,
    outcome,
    ...(outcome.result === "error" ? { asked: 1 } : {}),
    send: async (exchange) => {
      const answer = withBody(await exchange.answer(), textOf(await exchange.answer()));
      const chunks = [`${answer.body.length.toString(16)}\r\n`, answer.body, `\r\n0\r\n${trailer}\r\n`];
      await exchange.send({
        ...withHeaders(answer, ["content-length"], [["Transfer-Encoding", "chunked"]]),
        body: Buffer.concat(chunks.map((part) => Buffer.from(part))),
      });
    },
  });
}

export const headerKinds: readonly FaultKind[] = [
  head("lengths-alike", "two lengths that are the same", "Content-Length: 11\r\nContent-Length: 11\r\n"),
  head("length-with-plus", "a length with a plus before it", "Content-Length: +11\r\n"),
  head("length-and-chunks", "a length and chunks", "Content-Length: 11\r\nTransfer-Encoding: chunked\r\n"),
  head("header-nul", "a header with NUL", "X-Odd: a\0b\r\nContent-Length: 11\r\n"),
  head(
    "header-escape",
    "a header with an escape that a terminal would obey",
    "X-Odd: \u001b[2J\r\nContent-Length: 11\r\n",
  ),
  head("header-folded", "a header on two lines", "X-Odd: a\r\n b\r\nContent-Length: 11\r\n"),
  onRequest({
    name: "length-with-spaces",
    group,
    wire: "a length with spaces around it",
    outcome: SAME,
    send: async (exchange) => {
      const answer = await exchange.answer();
      const length: [string, string] = ["Content-Length", ` \t${answer.body.length}  `];
      await exchange.write(bytesOf(withHeaders(answer, ["content-length"], [length])));
    },
  }),
  onAnswer({
    name: "headers-by-thousands",
    group,
    wire: "4,000 short headers",
    outcome: SAME,
    change: (answer) =>
      withHeaders(
        answer,
        [],
        Array.from({ length: 4_000 }, (_, index) => [`X${index}`, "y"] as const),
      ),
  }),
  onAnswer({
    name: "transfer-encoding-gzip",
    group,
    wire: "gzip below HTTP (Transfer-Encoding), which was not asked for",
    outcome: error(/encoded as "gzip" \(Transfer-Encoding\)/, /API of Proxmox VE itself/),
    asked: 1,
    change: (answer) => ({
      ...withHeaders(
        answer,
        ["content-length", "content-encoding", "connection"],
        [
          ["Transfer-Encoding", "gzip"],
          ["Connection", "close"],
        ],
      ),
      body: Buffer.from("1f8b0800000000000003ab564a492c4954b28a8ead05002c7ea9360b000000", "hex"),
    }),
  }),
  trailed("trailers", "trailers behind the chunks", "X-Trailer: yes\r\nSet-Cookie: a=b\r\n", SAME),
  trailed(
    "trailers-too-large",
    "a megabyte of trailers",
    `X-Trailer: ${"x".repeat(1_000)}\r\n`.repeat(1_000),
    TOO_LARGE,
  ),
];
