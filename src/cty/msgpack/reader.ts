/** Reads the values after the heads that a cursor has read. Only for bytes that the scan has accepted. */
import { mismatch } from "../error.ts";
import type { ExpansionBudget } from "../expansion-budget.ts";
import { type CtyNumber, fromDouble, fromInteger } from "../number.ts";
import { ARRAY, BINARY, EXTENSION, MAP, MsgpackCursor, SCALAR, TEXT } from "./cursor.ts";

const NIL = 0xc0;
const FALSE = 0xc2;
const TRUE = 0xc3;

/** A cursor with methods that return the value that was read last. */
export class MsgpackReader extends MsgpackCursor {
  readonly #buffer: Buffer;

  constructor(bytes: Uint8Array) {
    super(bytes);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isNull(): boolean {
    return this.bytes[this.start] === NIL;
  }

  /** The text, or undefined if it is none. go-cty accepts text and binary in place of each other. */
  text(): string | undefined {
    if (this.kind !== TEXT && this.kind !== BINARY) return undefined;
    return this.#buffer.toString("utf8", this.next - this.size, this.next);
  }

  /** True or false; undefined if it is neither. */
  bool(): boolean | undefined {
    const code = this.bytes[this.start];
    return code === TRUE || code === FALSE ? code === TRUE : undefined;
  }

  /** A number in any of its encodings: integer, float, decimal text. @throws Fault if it is none. */
  number(budget: ExpansionBudget): CtyNumber {
    const text = this.text();
    if (text !== undefined) return budget.number(text);
    if (this.kind !== SCALAR || this.isNull || this.bool() !== undefined) {
      return mismatch(`a number is required, not ${this.name()}`);
    }
    return this.#scalar();
  }

  /** The number and the body of an extension. */
  extension(): { readonly type: number; readonly body: Uint8Array } {
    const begin = this.next - this.size;
    return { type: this.bytes[begin - 1] ?? 0, body: this.bytes.subarray(begin, this.next) };
  }

  /** The kind of value that was sent, for an error message. */
  name(): string {
    switch (this.kind) {
      case ARRAY:
        return `an array of ${this.size}`;
      case MAP:
        return `a map of ${this.size}`;
      case EXTENSION:
        return "an unknown value";
      case SCALAR:
        if (this.isNull) return "null";
        return this.bool() === undefined ? "a number" : "a bool";
      default:
        return "a text";
    }
  }

  #scalar(): CtyNumber {
    const code = this.#buffer[this.start] ?? 0;
    if (code < 0x80) return code;
    if (code >= 0xe0) return code - 0x100;
    const at = this.start + 1;
    switch (code) {
      case 0xca:
        return fromDouble(this.#buffer.readFloatBE(at));
      case 0xcb:
        return fromDouble(this.#buffer.readDoubleBE(at));
      case 0xcf:
        return fromInteger(this.#buffer.readBigUInt64BE(at));
      case 0xd3:
        return fromInteger(this.#buffer.readBigInt64BE(at));
      default:
        // Of 1, 2 or 4 bytes.
        return code < 0xd0
          ? this.#buffer.readUIntBE(at, 1 << (code & 3))
          : this.#buffer.readIntBE(at, 1 << (code & 3));
    }
  }
}
