/**
 * JSON of types. Keys are kept apart from prototypes, and every node knows its place. `JSON.parse` would let the last
 * of two equal keys win, and has no limit of depth. Source: RFC 8259.
 */
import { isUtf8 } from "node:buffer";
import { CtyError, quoteName } from "./error.ts";
import { MAX_CONTAINERS, MAX_JSON_DEPTH, MAX_NUMBER_DIGITS, MAX_VALUE_BYTES, MAX_VALUES } from "./limits.ts";

/** One JSON value. `offset` is its place in the text, in UTF-16 units. */
export type JsonNode = { readonly offset: number } & (
  | { readonly kind: "null" }
  | { readonly kind: "boolean"; readonly value: boolean }
  | { readonly kind: "number"; readonly text: string }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "array"; readonly elements: readonly JsonNode[] }
  | { readonly kind: "object"; readonly members: ReadonlyMap<string, JsonNode> }
);

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const NUMBER_CHARACTERS = "0123456789+-.eE";
/** A number with a longer text has too many digits, or an exponent beyond all limits. */
const MAX_NUMBER_TEXT = MAX_NUMBER_DIGITS + 16;

/** The text of UTF-8 bytes. @throws CtyError when they are not UTF-8, or too many. */
export function jsonText(input: Uint8Array | string): string {
  if ((typeof input === "string" ? input.length : input.byteLength) > MAX_VALUE_BYTES) {
    throw new CtyError("limit", `the JSON text is longer than ${MAX_VALUE_BYTES} bytes`);
  }
  if (typeof input === "string") return input;
  if (!isUtf8(input)) throw new CtyError("malformed", "the JSON text is not valid UTF-8");
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString("utf8");
}

/**
 * Parses one JSON value that fills the text.
 * @throws CtyError with the byte offset of what is wrong.
 */
export function parseJson(text: string): JsonNode {
  return new JsonParser(text).parse();
}

/** The byte offset of a node, from its place in the text. */
export function jsonByteOffset(text: string, offset: number): number {
  return Buffer.byteLength(text.slice(0, offset));
}

const ENDS_EARLY = "the JSON text ends too early";
const QUOTE = 0x22;
const BACKSLASH = 0x5c;

class JsonParser {
  readonly #text: string;
  #position = 0;
  #values = 0;
  #containers = 0;

  constructor(text: string) {
    this.#text = text;
  }

  parse(): JsonNode {
    const root = this.#value(0);
    this.#skipSpace();
    if (this.#position < this.#text.length) this.#fail("unexpected text after the JSON value");
    return root;
  }

  #value(depth: number): JsonNode {
    this.#skipSpace();
    if (depth > MAX_JSON_DEPTH)
      this.#fail(`the JSON is nested deeper than ${MAX_JSON_DEPTH} levels`, "limit");
    if (++this.#values > MAX_VALUES) this.#fail(`the JSON has more than ${MAX_VALUES} values`, "limit");
    const offset = this.#position;
    switch (this.#text[offset]) {
      case "{":
        this.#countContainer();
        return this.#object(offset, depth);
      case "[":
        this.#countContainer();
        return this.#array(offset, depth);
      case '"':
        return { kind: "string", offset, value: this.#string() };
      case "t":
        this.#word("true");
        return { kind: "boolean", offset, value: true };
      case "f":
        this.#word("false");
        return { kind: "boolean", offset, value: false };
      case "n":
        this.#word("null");
        return { kind: "null", offset };
      default:
        return { kind: "number", offset, text: this.#number() };
    }
  }

  #countContainer(): void {
    if (++this.#containers > MAX_CONTAINERS) {
      this.#fail(`the JSON has more than ${MAX_CONTAINERS} arrays and objects`, "limit");
    }
  }

  #array(offset: number, depth: number): JsonNode {
    const elements: JsonNode[] = [];
    this.#position++;
    if (this.#take("]")) return { kind: "array", offset, elements };
    do elements.push(this.#value(depth + 1));
    while (this.#take(","));
    this.#expect("]", 'expected "," or "]"');
    return { kind: "array", offset, elements };
  }

  #object(offset: number, depth: number): JsonNode {
    const members = new Map<string, JsonNode>();
    this.#position++;
    if (this.#take("}")) return { kind: "object", offset, members };
    do {
      this.#skipSpace();
      const at = this.#position;
      const key = this.#string();
      if (members.has(key)) this.#fail(`the key ${quoteName(key)} is there twice`, "malformed", at);
      this.#expect(":", 'expected ":"');
      members.set(key, this.#value(depth + 1));
    } while (this.#take(","));
    this.#expect("}", 'expected "," or "}"');
    return { kind: "object", offset, members };
  }

  // Both loops are plain, because a regular expression keeps a stack of positions for backtracking.

  #string(): string {
    const start = this.#position;
    if (this.#text[start] !== '"') return this.#fail(this.#atEnd() ? ENDS_EARLY : "expected a JSON string");
    let end = start + 1;
    let escaped = false;
    for (let unit = this.#unit(end); unit !== QUOTE; unit = this.#unit(end)) {
      if (Number.isNaN(unit)) this.#fail(ENDS_EARLY, "malformed", this.#text.length);
      if (unit < 0x20) this.#fail("a control character in a JSON string is not escaped", "malformed", end);
      if (unit === BACKSLASH) escaped = true;
      end += unit === BACKSLASH ? 2 : 1;
    }
    this.#position = end + 1;
    return (escaped ? this.#unescape(start, end + 1) : this.#text.slice(start + 1, end)).toWellFormed();
  }

  #unescape(start: number, end: number): string {
    try {
      return String(JSON.parse(this.#text.slice(start, end)));
    } catch {
      return this.#fail("a JSON string has an escape that does not exist", "malformed", start);
    }
  }

  #number(): string {
    const start = this.#position;
    let end = start;
    while (NUMBER_CHARACTERS.includes(this.#text[end] ?? " ") && end - start <= MAX_NUMBER_TEXT) end++;
    if (end - start > MAX_NUMBER_TEXT) {
      this.#fail(`the number is longer than ${MAX_NUMBER_DIGITS} digits`, "limit");
    }
    const text = this.#text.slice(start, end);
    if (!NUMBER.test(text)) this.#fail(this.#atEnd() ? ENDS_EARLY : "not JSON");
    this.#position = end;
    return text;
  }

  #unit(index: number): number {
    return this.#text.charCodeAt(index);
  }

  #word(word: string): void {
    if (!this.#text.startsWith(word, this.#position)) this.#fail("not JSON");
    this.#position += word.length;
  }

  #take(character: string): boolean {
    this.#skipSpace();
    if (this.#text[this.#position] !== character) return false;
    this.#position++;
    return true;
  }

  #expect(character: string, problem: string): void {
    if (!this.#take(character)) this.#fail(this.#atEnd() ? ENDS_EARLY : problem);
  }

  #skipSpace(): void {
    while (" \t\n\r".includes(this.#text[this.#position] ?? "x")) this.#position++;
  }

  #atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  #fail(problem: string, code: "malformed" | "limit" = "malformed", at = this.#position): never {
    throw new CtyError(code, problem, { offset: jsonByteOffset(this.#text, at) });
  }
}

const HTML_AND_SEPARATORS = /[<>&\u2028\u2029]/g;

/** A JSON string as Go writes it: `<`, `>`, `&` and the line separators escaped, lone surrogates replaced. */
export function quoteJson(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(
    HTML_AND_SEPARATORS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}
