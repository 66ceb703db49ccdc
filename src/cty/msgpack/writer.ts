/**
 * Writes MessagePack into one growing buffer. Each value has its shortest form, as in go-cty's encoder. Source:
 * https://github.com/msgpack/msgpack/blob/master/spec.md, vmihailenco/msgpack v5.
 */
import { type CtyNumber, isInt64 } from "../number.ts";

const INITIAL_BYTES = 1024;
/** Up to this length, a loop over the characters is faster than a call into native code. */
const SHORT_TEXT = 48;

/** One message while it is being written. */
export class MsgpackWriter {
  #buffer: Buffer = Buffer.allocUnsafe(INITIAL_BYTES);
  #length = 0;

  /** The bytes that were written. The writer must not be used again. */
  finish(): Uint8Array {
    return this.#buffer.subarray(0, this.#length);
  }

  nil(): void {
    this.#byte(0xc0);
  }

  bool(value: boolean): void {
    this.#byte(value ? 0xc3 : 0xc2);
  }

  array(length: number): void {
    this.#head(length, 0x90, 0xdc);
  }

  map(length: number): void {
    this.#head(length, 0x80, 0xde);
  }

  /** A whole number up to 2^53 in size; positive ones take the unsigned codes. */
  integer(value: number): void {
    if (value >= 0) this.#positive(value);
    else this.#negative(value);
  }

  /** A whole number of at most 64 bits, including its sign. */
  bigInteger(value: bigint): void {
    const at = this.#reserve(9);
    if (value >= 0n) {
      this.#buffer[at] = 0xcf;
      this.#buffer.writeBigUInt64BE(value, at + 1);
    } else {
      this.#buffer[at] = 0xd3;
      this.#buffer.writeBigInt64BE(value, at + 1);
    }
  }

  /**
   * A number in its only form: whole numbers of 64 bits as the smallest integer, fractions that a double holds exactly
   * as float64, everything else as decimal text. Source: go-cty `cty/msgpack/marshal.go`.
   */
  number(value: CtyNumber): void {
    if (typeof value === "number") {
      if (Number.isInteger(value)) this.integer(value);
      else this.double(value);
    } else if (typeof value === "bigint") {
      if (isInt64(value)) this.bigInteger(value);
      else this.text(value.toString());
    } else {
      this.text(value.text);
    }
  }

  double(value: number): void {
    const at = this.#reserve(9);
    this.#buffer[at] = 0xcb;
    this.#buffer.writeDoubleBE(value, at + 1);
  }

  /** A text. Lone surrogates become U+FFFD, because UTF-8 cannot hold them. */
  text(value: string): void {
    const length = value.length;
    if (length <= SHORT_TEXT && this.#ascii(value, length)) return;
    const bytes = Buffer.byteLength(value);
    this.#textHead(bytes);
    const at = this.#reserve(bytes);
    this.#buffer.write(value, at, bytes, "utf8");
  }

  /** Bytes that are MessagePack already. */
  raw(bytes: Uint8Array): void {
    const length = bytes.length;
    const at = this.#reserve(length);
    const buffer = this.#buffer;
    if (length > SHORT_TEXT) buffer.set(bytes, at);
    else for (let i = 0; i < length; i++) buffer[at + i] = bytes[i] ?? 0;
  }

  /** Writes a short text if it is ASCII. Returns whether it did. */
  #ascii(value: string, length: number): boolean {
    const at = this.#reserve(length + 2);
    const buffer = this.#buffer;
    const start = length < 32 ? at + 1 : at + 2;
    for (let i = 0; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit >= 0x80) {
        this.#length = at;
        return false;
      }
      buffer[start + i] = unit;
    }
    if (length < 32) {
      buffer[at] = 0xa0 | length;
      this.#length = start + length;
    } else {
      buffer[at] = 0xd9;
      buffer[at + 1] = length;
    }
    return true;
  }

  #textHead(length: number): void {
    if (length < 0x20) this.#byte(0xa0 | length);
    else if (length < 0x100) this.#head8(0xd9, length);
    else if (length < 0x10000) this.#head16(0xda, length);
    else this.#head32(0xdb, length);
  }

  #positive(value: number): void {
    if (value < 0x80) this.#byte(value);
    else if (value < 0x100) this.#head8(0xcc, value);
    else if (value < 0x10000) this.#head16(0xcd, value);
    else if (value < 0x100000000) this.#head32(0xce, value);
    else this.#head64(0xcf, value);
  }

  #negative(value: number): void {
    if (value >= -0x20) this.#byte(value & 0xff);
    else if (value >= -0x80) this.#head8(0xd0, value & 0xff);
    else if (value >= -0x8000) this.#head16(0xd1, value & 0xffff);
    else if (value >= -0x80000000) this.#head32(0xd2, value >>> 0);
    else this.#head64(0xd3, value);
  }

  /** The head of an array or a map. */
  #head(length: number, short: number, code16: number): void {
    if (length < 16) this.#byte(short | length);
    else if (length < 0x10000) this.#head16(code16, length);
    else this.#head32(code16 + 1, length);
  }

  #byte(value: number): void {
    const at = this.#reserve(1);
    this.#buffer[at] = value;
  }

  #head8(code: number, value: number): void {
    const at = this.#reserve(2);
    this.#buffer[at] = code;
    this.#buffer[at + 1] = value;
  }

  #head16(code: number, value: number): void {
    const at = this.#reserve(3);
    this.#buffer[at] = code;
    this.#buffer[at + 1] = value >>> 8;
    this.#buffer[at + 2] = value & 0xff;
  }

  #head32(code: number, value: number): void {
    const at = this.#reserve(5);
    this.#buffer[at] = code;
    this.#buffer.writeUInt32BE(value, at + 1);
  }

  #head64(code: number, value: number): void {
    const at = this.#reserve(9);
    this.#buffer[at] = code;
    this.#buffer.writeInt32BE(Math.floor(value / 0x100000000), at + 1);
    this.#buffer.writeUInt32BE(value >>> 0, at + 5);
  }

  /** Makes room. Returns the offset of its start. */
  #reserve(bytes: number): number {
    const at = this.#length;
    this.#length = at + bytes;
    if (this.#length > this.#buffer.length) this.#grow(at);
    return at;
  }

  #grow(used: number): void {
    const bigger = Buffer.allocUnsafe(Math.max(this.#length, this.#buffer.length * 2));
    this.#buffer.copy(bigger, 0, 0, used);
    this.#buffer = bigger;
  }
}
