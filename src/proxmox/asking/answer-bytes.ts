/**
 * The bytes of an answer, checked between the socket and undici.
 *
 * Interim answers (RFC 9110, section 15.2) are removed: undici closes a connection at `100 Continue`, which servers and
 * proxies may send at any time. And bytes are counted as they come: a body of 10 bytes may be wrapped in gigabytes of chunk
 * extensions.
 */
import type { Socket } from "node:net";
import { StatusLine } from "./status-line.ts";

const NEWLINE = 0x0a;
const RETURN = 0x0d;

/** `HTTP/1.1 1`: the beginning of an interim answer, never of a final one. */
const BEGINNING = /^HTTP\/1\.\d 1/;
const BEGINNING_LENGTH = 10;

export interface AnswerLimits {
  /** All bytes of an answer, including interim answers and chunk extensions. */
  readonly answer: number;
  /** The bytes of all interim answers before it. */
  readonly interim: number;
}

/** An answer has more bytes than allowed. It has the code that undici uses for this. */
export class AnswerTooLargeError extends Error {
  override readonly name = "AnswerTooLargeError";
  readonly code: "UND_ERR_RES_EXCEEDED_MAX_SIZE" | "UND_ERR_HEADERS_OVERFLOW";

  constructor(code: AnswerTooLargeError["code"]) {
    super("the answer is too large");
    this.code = code;
  }
}

/** The bytes of the answers on a socket, one answer after the other. */
export class AnswerBytes {
  readonly #limits: AnswerLimits;
  readonly #statusLine = new StatusLine();
  /** What comes next: an answer that may be an interim one, the rest of an interim one, or the final answer. */
  #stage: "beginning" | "interim" | "final" = "beginning";
  /** The first bytes of an answer that came in pieces. */
  #held: Buffer = Buffer.alloc(0);
  /** Whether nothing has come since the last newline. */
  #emptyLine = false;
  #total = 0;
  #interim = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  /** Starts again: the next byte is the first of an answer. */
  reset(): void {
    this.#statusLine.reset();
    this.#stage = "beginning";
    this.#held = Buffer.alloc(0);
    this.#total = 0;
    this.#interim = 0;
  }

  /** Whether the final answer begins like HTTP/1.1 or 1.0, whatever follows. */
  get isHttp(): boolean {
    return this.#statusLine.isHttp;
  }

  /** The reason phrase, when the final answer has this status. */
  reason(status: number): string | null {
    return this.#statusLine.reason(status);
  }

  /**
   * The part of these bytes that undici gets; it may be empty.
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

  /** Finds out which kind of answer begins; null when this needs more bytes. */
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

  /** Skips an interim answer, up to its empty line; null when that has not come yet. */
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

/** Passes everything that is read from a socket through here first. */
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
