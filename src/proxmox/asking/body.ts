/** The body of an answer: decompressed within limits, then read as Proxmox's `{"data": …}`. */
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { Problem } from "../errors.ts";
import { isRecord } from "../json.ts";
import { printable } from "../printable.ts";
import type { WireResponse } from "./connection.ts";
import { DAMAGED_ADVICE, NOT_PROXMOX_ADVICE } from "./failure.ts";
import { excessOf } from "./json-limits.ts";

/** Bytes of a body after decompression. The PCI devices of a large host are 0.3 MB, ten thousand guests 5 MB. */
const MAX_DECODED_BYTES = 24 * 1024 * 1024;

/** Bytes of all answers that are kept. Those of a hundred large hosts have 38 MB. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Answers up to this size are parsed at once, which takes 2 ms at most; for them another thread would take longer than the work
 * itself. Larger ones are decompressed in another thread, one after the other, because parsing needs memory.
 */
const SMALL_BYTES = 1024 * 1024;

/** The minimum size of a piece of decompressed bytes: zlib's default. */
const CHUNK_BYTES = 16 * 1024;

/**
 * A server's description of its answer is shown up to this length. Longer ones are not shown at all, because a secret that
 * was cut would not be recognised.
 */
const MAX_SHOWN = 200;

/** The parts of a response that are read here. */
export type Received = Omit<WireResponse, "release">;

/**
 * The bytes of an answer, decompressed.
 * @throws Problem when there are too many, or they are damaged, or in an encoding that was not asked for
 */
export async function decompress(response: Received, most: number): Promise<Buffer> {
  const encoding = headerText(response, "content-encoding").trim().toLowerCase();
  if (encoding === "" || encoding === "identity" || response.body.length === 0) return response.body;
  if (encoding !== "gzip" && encoding !== "x-gzip") {
    throw new Problem({
      code: "malformed",
      text: `The answer is encoded as ${encoding.length <= MAX_SHOWN ? JSON.stringify(printable(encoding)) : "something"}, which was not asked for.`,
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  const options = { maxOutputLength: most, chunkSize: chunkSize(response, most) };
  try {
    return most <= SMALL_BYTES
      ? gunzipSync(response.body, options)
      : await promisify(gunzip)(response.body, options);
  } catch (error) {
    throw gunzipProblem(error);
  }
}

/**
 * The declared size, so that one piece holds everything if the declaration is true, plus one byte, from which zlib sees
 * the end.
 */
function chunkSize(response: Received, most: number): number {
  return Math.max(CHUNK_BYTES, Math.min(most, declaredBytes(response)) + 1);
}

function gunzipProblem(error: unknown): Problem {
  return error instanceof RangeError && "code" in error && error.code === "ERR_BUFFER_TOO_LARGE"
    ? new Problem({
        code: "too-large",
        text: `The answer is larger than ${MAX_DECODED_BYTES / 1024 / 1024} MiB when decompressed.`,
        advice: NOT_PROXMOX_ADVICE,
      })
    : new Problem({
        code: "malformed",
        text: "The compressed answer is damaged.",
        advice: DAMAGED_ADVICE,
        transient: true,
      });
}

/** Reads answers in such a way that all together never take much memory. */
export class AnswerReader {
  #turn: Promise<void> = Promise.resolve();
  /** Bytes of the texts of the answers that are kept. */
  #kept = 0;

  /**
   * The value of `data` in a successful answer.
   * @param keep whether the result is kept: kept results have a limit for all answers together
   * @throws Problem when the answer is not Proxmox's, or too large
   */
  async data(response: Received, keep: boolean): Promise<unknown> {
    const { data, bytes } = await this.#read(response);
    if (keep) this.#kept += bytes;
    if (this.#kept > MAX_KEPT_BYTES) {
      throw new Problem({
        code: "too-large",
        text: `What the nodes answer is larger than ${MAX_KEPT_BYTES / 1024 / 1024} MiB together.`,
        advice: `${NOT_PROXMOX_ADVICE} If it is, read fewer nodes at a time (nodes).`,
      });
    }
    return data;
  }

  async #read(response: Received): Promise<Read> {
    if (declaredBytes(response) <= SMALL_BYTES) {
      try {
        return await readAnswer(response, SMALL_BYTES);
      } catch (error) {
        // The length at its end was wrong.
        if (!(error instanceof Problem && error.code === "too-large")) throw error;
      }
    }
    return this.#inTurn(() => readAnswer(response, MAX_DECODED_BYTES));
  }

  async #inTurn<T>(read: () => Promise<T>): Promise<T> {
    const before = this.#turn;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#turn = promise;
    await before;
    try {
      return await read();
    } finally {
      // Only after the caller has done its work with this answer.
      setImmediate(resolve);
    }
  }
}

/** The decompressed length that the answer declares: gzip has it in its last four bytes (RFC 1952, section 2.3.1). */
function declaredBytes({ body, headers }: Received): number {
  const isPlain = headers["content-encoding"] === undefined || body.length < 4;
  return isPlain ? body.length : Math.max(body.length, body.readUInt32LE(body.length - 4));
}

interface Read {
  readonly data: unknown;
  /** The length of the text that was parsed. */
  readonly bytes: number;
}

/** @param most the limit of bytes after decompression */
async function readAnswer(response: Received, most: number): Promise<Read> {
  const bytes = await decompress(response, most);
  const excess = excessOf(bytes);
  if (excess !== null) {
    throw new Problem({
      code: "too-large",
      text: `The answer has more than ${excess}.`,
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  const text = textOf(bytes);
  const value = parseJson(text);
  if (value === undefined) throw notJsonProblem(response, text);
  if (!isRecord(value) || !Object.hasOwn(value, "data")) {
    throw new Problem({
      code: "malformed",
      text: 'The answer is JSON without "data", so it is not from the API of Proxmox VE.',
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  return { data: value["data"], bytes: bytes.length };
}

function notJsonProblem(response: Received, text: string): Problem {
  if (text.trim() === "") {
    return new Problem({
      code: "malformed",
      text: `The answer (${`${response.status} ${response.reason.length <= MAX_SHOWN ? response.reason : ""}`.trim()}) is empty.`,
      advice: NOT_PROXMOX_ADVICE,
    });
  }
  const { "content-length": length, "transfer-encoding": coding } = response.headers;
  if (length === undefined && coding === undefined && /^\s*\{/.test(text)) {
    return new Problem({
      code: "malformed",
      text: "The answer breaks off: the connection ended before it was whole.",
      advice:
        "Check that pveproxy runs on that host, and that no firewall or proxy between cuts connections.",
      transient: true,
    });
  }
  return new Problem({
    code: "malformed",
    text: `The answer is not JSON${otherType(response)}.`,
    advice: NOT_PROXMOX_ADVICE,
  });
}

function otherType(response: Received): string {
  const coding = printable(headerText(response, "transfer-encoding"));
  if (coding !== "" && !/^(?:chunked|identity)$/i.test(coding.trim()) && coding.length <= MAX_SHOWN)
    return ` but encoded as ${JSON.stringify(coding)} (Transfer-Encoding), which was not asked for`;
  const type = printable(headerText(response, "content-type"));
  if (/\bjson\b/i.test(type)) return ", although it says so: it is damaged or breaks off";
  return type === "" || type.length > MAX_SHOWN ? "" : ` but ${JSON.stringify(type)}`;
}

/** The value of a header; if there are several, the first. */
export function headerText(response: Pick<WireResponse, "headers">, name: string): string {
  const value = response.headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

/** Without the byte order mark that some put before UTF-8. */
export function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** For a message, from a scrubbed text. A server's true description of itself is short. */
export function shortened(scrubbed: string): string {
  return scrubbed.length <= MAX_SHOWN ? scrubbed : `${scrubbed.slice(0, MAX_SHOWN).toWellFormed()}…`;
}

/** undefined when it is no JSON. The parser's message is dropped on purpose: it quotes the text, which may be a ticket. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
