/** The body of an answer: decompressed within limits, then read as Proxmox's `{"data": …}`. */
import { promisify } from "node:util";
import { gunzip, gunzipSync } from "node:zlib";
import { Problem } from "../errors.ts";
import { isRecord } from "../json.ts";
import { printable } from "../printable.ts";
import type { WireResponse } from "./connection.ts";
import { NOT_PROXMOX_ADVICE } from "./failure.ts";
import { excessOf } from "./json-limits.ts";

/** Bytes of a body after decompression. The PCI devices of a large host are 0.3 MB, ten thousand guests 5 MB. */
const MAX_DECODED_BYTES = 24 * 1024 * 1024;

/** Bytes of all answers that are kept: those of a hundred large hosts are 38 MB. */
const MAX_KEPT_BYTES = 64 * 1024 * 1024;

/**
 * Answers of no more bytes than this are read where they come, which takes 2 ms at most; larger ones are decompressed in another
 * thread, and each takes its turn, since reading takes memory. For small ones the other thread takes longer than the work itself.
 */
const SMALL_BYTES = 1024 * 1024;

/** What a piece of the decompressed bytes has at least: zlib's own size. */
const CHUNK_BYTES = 16 * 1024;

/** Of a refusal no more is read than this: a message has some hundred bytes. */
const MAX_REFUSAL_BYTES = 256 * 1024;

/** What a server says of its answer is shown up to here, and not at all beyond: cut secrets would not be known as such. */
const MAX_SHOWN = 200;

/** What an answer has that is read here. */
export type Answer = Omit<WireResponse, "release">;

/**
 * The bytes of an answer, decompressed.
 * @throws Problem when they are too many, damaged, or in an encoding that was not asked for
 */
async function decompress(response: Answer, most: number): Promise<Buffer> {
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

/** One piece for all of it where its own word is true, and a byte more, by which zlib sees that it ends there. */
function chunkSize(response: Answer, most: number): number {
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
        advice: "Check that no firewall or proxy between changes what the host answers.",
        transient: true,
      });
}

/** Reads answers so that they never take much memory together. */
export class AnswerReader {
  #turn: Promise<void> = Promise.resolve();
  /** Bytes of the texts of what is kept. */
  #kept = 0;

  /**
   * What stands under `data` in a successful answer.
   * @param keep whether what is read is kept: of that there is a bound for all answers together
   * @throws Problem when the answer is not Proxmox's, or too large
   */
  async data(response: Answer, keep: boolean): Promise<unknown> {
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

  async #read(response: Answer): Promise<Read> {
    if (declaredBytes(response) <= SMALL_BYTES) {
      try {
        return await readAnswer(response, SMALL_BYTES);
      } catch (error) {
        // What its end says of its length was not true.
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
      // Not before whoever waits for this one has made of it what it needs.
      setImmediate(resolve);
    }
  }
}

/** How long the answer is when decompressed, by its own word: gzip has that in its last four bytes (RFC 1952, section 2.3.1). */
function declaredBytes({ body, headers }: Answer): number {
  const isPlain = headers["content-encoding"] === undefined || body.length < 4;
  return isPlain ? body.length : Math.max(body.length, body.readUInt32LE(body.length - 4));
}

interface Read {
  readonly data: unknown;
  /** Of the text that it was read from. */
  readonly bytes: number;
}

/** @param most how many bytes it may have when decompressed */
async function readAnswer(response: Answer, most: number): Promise<Read> {
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

function notJsonProblem(response: Answer, text: string): Problem {
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

function otherType(response: Answer): string {
  const coding = printable(headerText(response, "transfer-encoding"));
  if (coding !== "" && !/^(?:chunked|identity)$/i.test(coding.trim()) && coding.length <= MAX_SHOWN)
    return ` but encoded as ${JSON.stringify(coding)} (Transfer-Encoding), which was not asked for`;
  const type = printable(headerText(response, "content-type"));
  if (/\bjson\b/i.test(type)) return ", although it says so: it is damaged or breaks off";
  return type === "" || type.length > MAX_SHOWN ? "" : ` but ${JSON.stringify(type)}`;
}

/** What an error's body adds to its status line: `message` (from early 2025 on) and the parameters that were refused. */
export interface ErrorBody {
  readonly message: string;
  readonly errors: readonly (readonly [parameter: string, fault: string])[];
}

/** A request of this client has two parameters at most. */
const MAX_FAULTS = 5;

/** Reads the body of a refusal; whatever it is, this does not fail. */
export async function errorBodyOf(response: Answer): Promise<ErrorBody> {
  const text = await decompress(response, MAX_REFUSAL_BYTES).then(
    (bytes) => (bytes.length > MAX_REFUSAL_BYTES ? "" : textOf(bytes)),
    () => "",
  );
  const value = parseJson(text);
  const body = isRecord(value) ? value : {};
  const errors = isRecord(body["errors"]) ? Object.entries(body["errors"]) : [];
  return {
    message: typeof body["message"] === "string" ? printable(body["message"]) : "",
    errors: errors
      .slice(0, MAX_FAULTS)
      .map(([parameter, fault]) => [printable(parameter), printable(String(fault))]),
  };
}

/** The value of a header; of several equal ones the first. */
export function headerText(response: Pick<WireResponse, "headers">, name: string): string {
  const value = response.headers[name];
  return typeof value === "string" ? value : (value?.[0] ?? "");
}

/** Without the mark that some put before UTF-8. */
function textOf(bytes: Buffer): string {
  const text = bytes.toString("utf8");
  return text.startsWith("\ufeff") ? text.slice(1) : text;
}

/** For a message, of a text that has been scrubbed: what a server says of itself is short where it is true. */
export function shortened(scrubbed: string): string {
  return scrubbed.length <= MAX_SHOWN ? scrubbed : `${scrubbed.slice(0, MAX_SHOWN).toWellFormed()}…`;
}

/** undefined when it is no JSON. The parser's own message is lost on purpose: it quotes the text, which may be a ticket. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
