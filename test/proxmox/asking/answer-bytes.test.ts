import { describe, expect, it } from "vitest";
import { AnswerBytes } from "../../../src/proxmox/asking/answer-bytes.ts";

const FINAL = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi";
const CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n";
const HINTS = "HTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\nX: y\r\n\r\n";

function passed(pieces: readonly string[], limits = { answer: 10_000, interim: 1_000 }): string {
  const answers = new AnswerBytes(limits);
  return pieces.map((piece) => answers.pass(Buffer.from(piece, "latin1")).toString("latin1")).join("");
}

describe("the bytes of an answer", () => {
  it.each([
    ["nothing else", FINAL, FINAL],
    ["100 Continue", CONTINUE + FINAL, FINAL],
    ["several interim answers", CONTINUE + HINTS + CONTINUE + FINAL, FINAL],
    ["one with bare newlines", `HTTP/1.1 102 Processing\nX: y\n\n${FINAL}`, FINAL],
    ["HTTP/1.0", "HTTP/1.0 200 OK\r\n\r\nhi", "HTTP/1.0 200 OK\r\n\r\nhi"],
    ["what is not HTTP", "SSH-2.0-OpenSSH_9.2p1\r\n", "SSH-2.0-OpenSSH_9.2p1\r\n"],
    ["HTTP/2", "HTTP/2 200\r\n", "HTTP/2 200\r\n"],
    ["an interim answer in the body", `${FINAL}${CONTINUE}`, `${FINAL}${CONTINUE}`],
  ])("are seen without interim answers: %s", (_, sent, seen) => {
    expect(passed([sent])).toBe(seen);
    expect(passed([...sent])).toBe(seen);
  });

  it("begin anew with the next answer", () => {
    const answers = new AnswerBytes({ answer: 100, interim: 100 });
    expect(answers.pass(Buffer.from(FINAL)).toString()).toBe(FINAL);
    expect(answers.reason(200)).toBe("OK");
    answers.reset();
    expect(answers.pass(Buffer.from(`${CONTINUE}${FINAL}`)).toString()).toBe(FINAL);
  });

  it("are no more than an answer may have", () => {
    expect(() => passed([FINAL, "x".repeat(10_000)])).toThrow(
      expect.objectContaining({ code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" }),
    );
  });

  it("are no endless interim answers", () => {
    expect(() => passed(Array(50).fill(CONTINUE))).toThrow(
      expect.objectContaining({ code: "UND_ERR_HEADERS_OVERFLOW" }),
    );
    expect(() => passed(["HTTP/1.1 103 Early Hints\r\nX: ", "x".repeat(2_000)])).toThrow(
      expect.objectContaining({ code: "UND_ERR_HEADERS_OVERFLOW" }),
    );
  });
});
