/**
 * The bytes of an answer, looked at where they pass from the socket to undici.
 *
 * Interim answers (RFC 9110, section 15.2) are left out here: undici breaks a connection off at `100 Continue`, which servers
 * and proxies may send unasked. And bytes are counted as they come: a body of 10 bytes may be wrapped in gigabytes of chunk
 * extensions.
 */
import type { Socket } from "node:net";
import { StatusLine } from "./status-line.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** `HTTP/1.1 1`: what an interim answer begins with, and a final one does not. */
const BEGINNING = /^HTTP\/1\.\d 1/;
const BEGINNING_LENGTH = 10;

export interface AnswerLimits {
  /** All bytes of an answer, interim ones and chunk extensions included. */
  readonly answer: number;
  /** The bytes of all interim answers before it. */
  readonly interim: number;
}

/** An answer has more bytes than it may. Named by the code that undici has for it. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";
  readonly code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" | "UND_ERR_HEADERS_OVERFLOW";

  constructor(code: AnswerTooLargeError["code"]) {
    super("the answer is too large");
    this.code = code;
  }
}

/** The bytes of one answer after the other on a socket. */
export class AnswerBytes {
  readonly #limits: AnswerLimits;
  readonly #statusLine = new StatusLine();
  /** What is looked at: whether an interim answer begins, the rest of one, or the final answer. */
  #stage: "beginning" | "interim" | "final" = "beginning";
  /** The bytes of a beginning that has come in pieces. */
  #held: Buffer = Buffer.alloc(0);
  /** Whether nothing has come since the last newline. */
  #emptyLine = false;
  #total = 0;
  #interim = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** Begins anew: the next byte is the first one of an answer. */
  reset(): void {
    this.#statusLine.reset();
    this.#stage = "beginning";
    this.#held = Buffer.alloc(0);
    this.#total = 0;
    this.#interim = 0;
  }

  /** Whether the final answer begins as one of HTTP/1.1, or 1.0, whatever comes behind. */
  get isHttp(): boolean {
    return this.#statusLine.isHttp;
  }

  /** The reason phrase, when the final answer has this status. */
  reason(status: number): string | null {
    return this.#statusLine.reason(status);
  }

  /**
   * What undici is to see of these bytes; maybe nothing.
   * @throws AnswerTooLargeError
   */
  pass(chunk: Buffer): Buffer {
    this.#total += chunk.length;
    if (this.#total > this.#limits.answer) throw new AnswerTooLargeError("UND_ERR_RES_EXCEEDED_MAX_SIZE");
    let rest = chunk;
    while (this.#stage !== "final") {
      const next = this.#stage === "beginning" ? this.#begin(rest) : this.#skip(rest);
      if (next === null) return Buffer.alloc(0);
      rest = next;
    }
    this.#statusLine.see(rest);
    return rest;
  }

  /** Finds out what begins; null where more bytes are needed for that. */
  #begin(chunk: Buffer): Buffer | null {
    const bytes = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    const beginning = bytes.toString("latin1", 0, BEGINNING_LENGTH);
    if (beginning.length < BEGINNING_LENGTH && "HTTP/1.".startsWith(beginning.slice(0, 7))) {
      this.#held = bytes;
      return null;
    }
    this.#held = Buffer.alloc(0);
    this.#stage = BEGINNING.test(beginning) ? "interim" : "final";
    this.#emptyLine = false;
    return bytes;
  }

  /** Passes over an interim answer, up to its empty line; null when that has not come yet. */
  #skip(chunk: Buffer): Buffer | null {
    const length = this.#endOfHead(chunk);
    this.#interim += length ?? chunk.length;
    if (this.#interim > this.#limits.interim) throw new AnswerTooLargeError("UND_ERR_HEADERS_OVERFLOW");
    if (length === null) return null;
    this.#stage = "beginning";
    return chunk.subarray(length);
  }

  #endOfHead(chunk: Buffer): number | null {
    for (const [index, byte] of chunk.entries()) {
      if (byte === NEWLINE) {
        if (this.#emptyLine) return index + 1;
        this.#emptyLine = true;
      } else if (byte !== RETURN) {
        this.#emptyLine = false;
      }
    }
    return null;
  }
}

/** Lets what is read from a socket pass through here first. */
export function watchAnswers(socket: Socket, answers: AnswerBytes): void {
  const read = socket.read.bind(socket);
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: unknown = read(size);
      if (!Buffer.isBuffer(chunk)) return chunk;
      try {
        const passed = answers.pass(chunk);
        if (passed.length > 0) return passed;
      } catch (error) {
        socket.destroy(error instanceof Error ? error : new Error(String(error)));
        return null;
      }
    }
  };
}
