/** Checks the structure of a MessagePack value before memory is used for what it declares. */
import { isUtf8 } from "node:buffer";
import { CtyError, quoteName } from "../error.ts";
import { MAX_CONTAINERS, MAX_DEPTH, MAX_EXTENSION_BYTES, MAX_VALUE_BYTES, MAX_VALUES } from "../limits.ts";
import { BINARY, EXTENSION, MAP, MsgpackCursor, SCALAR, TEXT } from "./cursor.ts";
import { SeenKeys } from "./keys.ts";

/**
 * Checks that the bytes are exactly one value: complete, within all limits, with texts in UTF-8 and map keys that are
 * distinct texts.
 * @throws CtyError with the byte offset of what is wrong.
 */
export function scanMsgpack(bytes: Uint8Array): void {
  checkLength(bytes);
  const end = new MsgpackScanner(bytes, "texts").scan();
  if (end < bytes.length) {
    throw new CtyError("malformed", `${bytes.length - end} bytes follow the value`, { offset: end });
  }
}

/**
 * The same for the body of a refined unknown. Its map keys are numbers, and later versions may put more after the map.
 */
export function scanRefinements(body: Uint8Array): void {
  new MsgpackScanner(body, "numbers").scan();
}

function checkLength(bytes: Uint8Array): void {
  if (bytes.length === 0)
    throw new CtyError("malformed", "there is no value: the input is empty", { offset: 0 });
  if (bytes.length > MAX_VALUE_BYTES) {
    throw new CtyError("limit", `the value has ${bytes.length} bytes, more than ${MAX_VALUE_BYTES}`, {
      offset: 0,
    });
  }
}

class MsgpackScanner {
  readonly #cursor: MsgpackCursor;
  readonly #text: Buffer;
  readonly #keys: "texts" | "numbers";
  /** For each open container, how many values are still to come; in a map, keys and values are both counted. */
  readonly #waiting: number[] = [];
  /** For each open container, the keys so far; undefined for an array. */
  readonly #seen: (SeenKeys | undefined)[] = [];
  #values = 0;
  #containers = 0;

  constructor(bytes: Uint8Array, keys: "texts" | "numbers") {
    this.#cursor = new MsgpackCursor(bytes);
    this.#text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#keys = keys;
  }

  /** Returns where the value ends. */
  scan(): number {
    const cursor = this.#cursor;
    do {
      cursor.read();
      this.#checkKey();
      this.#checkValue();
      while (this.#waiting.at(-1) === 0) {
        this.#waiting.pop();
        this.#seen.pop();
      }
    } while (this.#waiting.length > 0);
    return cursor.next;
  }

  /** Counts the value in its container. If it is the key of a map, checks that it may be one. */
  #checkKey(): void {
    const top = this.#waiting.length - 1;
    if (top < 0) return;
    const waiting = this.#waiting[top] ?? 0;
    this.#waiting[top] = waiting - 1;
    const seen = this.#seen[top];
    if (seen === undefined || waiting % 2 !== 0) return;
    const { kind, start, next, size } = this.#cursor;
    if (this.#keys === "texts" && kind !== TEXT && kind !== BINARY) this.#fail("a map key is not a text");
    const keyStart = this.#keys === "texts" ? next - size : start;
    if (seen.add(keyStart, next)) return;
    this.#fail(`the map key ${quoteName(this.#text.toString("utf8", keyStart, next))} is there twice`);
  }

  #checkValue(): void {
    const { kind, size, next } = this.#cursor;
    if (++this.#values > MAX_VALUES) this.#fail(`more than ${MAX_VALUES} values`, "limit");
    if (kind === SCALAR) return;
    if (kind !== TEXT && ++this.#containers > MAX_CONTAINERS) {
      this.#fail(`more than ${MAX_CONTAINERS} lists, maps and unknown values`, "limit");
    }
    if (kind === TEXT || kind === BINARY) {
      if (!isValidText(this.#text, next - size, next)) this.#fail("a text is not valid UTF-8");
    } else if (kind === EXTENSION) {
      if (size > MAX_EXTENSION_BYTES) {
        this.#fail(`an unknown value of ${size} bytes, more than ${MAX_EXTENSION_BYTES}`, "limit");
      }
    } else {
      this.#open(kind === MAP ? size * 2 : size, kind === MAP ? new SeenKeys(this.#text) : undefined);
    }
  }

  #open(children: number, seen: SeenKeys | undefined): void {
    if (this.#waiting.length >= MAX_DEPTH) this.#fail(`nested deeper than ${MAX_DEPTH} levels`, "limit");
    if (this.#values + children > MAX_VALUES) this.#fail(`more than ${MAX_VALUES} values`, "limit");
    this.#waiting.push(children);
    this.#seen.push(seen);
  }

  #fail(problem: string, code: "malformed" | "limit" = "malformed"): never {
    throw new CtyError(code, problem, { offset: this.#cursor.start });
  }
}

/** Most texts are short and ASCII. For them this is faster than a call into native code. */
function isValidText(bytes: Buffer, start: number, end: number): boolean {
  if (end - start <= 32) {
    let i = start;
    while (i < end && (bytes[i] ?? 0x80) < 0x80) i++;
    if (i === end) return true;
  }
  return isUtf8(bytes.subarray(start, end));
}

/**
 * The encoded bytes of each member of a scanned object; none if it is null or unknown.
 * @param bytes that `scanMsgpack` has accepted
 */
export function memberBytes(bytes: Uint8Array): ReadonlyMap<string, Uint8Array> {
  const cursor = new MsgpackCursor(bytes);
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const members = new Map<string, Uint8Array>();
  cursor.read();
  const entries = cursor.kind === MAP ? cursor.size : 0;
  for (let i = 0; i < entries; i++) {
    cursor.read();
    const name = text.toString("utf8", cursor.next - cursor.size, cursor.next);
    const start = cursor.next;
    cursor.read();
    cursor.skipChildren();
    members.set(name, bytes.subarray(start, cursor.next));
  }
  return members;
}
