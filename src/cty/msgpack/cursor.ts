/**
 * Reads the heads of MessagePack values, one after the other, without decoding their bodies. Source:
 * https://github.com/msgpack/msgpack/blob/master/spec.md
 */
import { CtyError } from "../error.ts";

export const SCALAR = 0;
export const TEXT = 1;
export const BINARY = 2;
export const EXTENSION = 3;
export const ARRAY = 4;
export const MAP = 5;

/** A place in the bytes, and the head that was read last. */
export class MsgpackCursor {
  readonly bytes: Uint8Array;
  /** Start of the value that was read last. */
  start = 0;
  /** Start of the next value: after the body, or the first child. */
  next = 0;
  /** SCALAR … MAP. */
  kind = SCALAR;
  /** Bytes of the body, or elements of an array, or entries of a map. */
  size = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /**
   * Reads one head. Skips the body of anything but a container.
   * @throws CtyError when the bytes end before the value does, or are too few for the declared elements of an array
   * or map.
   */
  read(): void {
    this.start = this.next;
    const code = this.#byte();
    if (code < 0x80 || code >= 0xe0) this.#body(SCALAR, 0);
    else if (code < 0x90) this.#container(MAP, code & 0x0f);
    else if (code < 0xa0) this.#container(ARRAY, code & 0x0f);
    else if (code < 0xc0) this.#body(TEXT, code & 0x1f);
    else this.#coded(code);
  }

  /** Skips everything in the container whose head was read last; does nothing for other values. */
  skipChildren(): void {
    let waiting = this.#children();
    while (waiting > 0) {
      this.read();
      waiting += this.#children() - 1;
    }
  }

  #children(): number {
    if (this.kind === ARRAY) return this.size;
    return this.kind === MAP ? this.size * 2 : 0;
  }

  #coded(code: number): void {
    if (code === 0xc1) this.#fail("the byte c1 is no MessagePack value");
    else if (code <= 0xc3) this.#body(SCALAR, 0);
    else if (code <= 0xc6) this.#body(BINARY, this.#length(1 << (code - 0xc4)));
    else if (code <= 0xc9) this.#body(EXTENSION, this.#length(1 << (code - 0xc7)), 1);
    else if (code <= 0xcb) this.#body(SCALAR, code === 0xca ? 4 : 8);
    // Integers without and with a sign, of 1, 2, 4 or 8 bytes.
    else if (code <= 0xd3) this.#body(SCALAR, 1 << (code & 3));
    // Extensions of 1, 2, 4, 8 or 16 bytes.
    else if (code <= 0xd8) this.#body(EXTENSION, 1 << (code - 0xd4), 1);
    else if (code <= 0xdb) this.#body(TEXT, this.#length(1 << (code - 0xd9)));
    else if (code <= 0xdd) this.#container(ARRAY, this.#length(code === 0xdc ? 2 : 4));
    else this.#container(MAP, this.#length(code === 0xde ? 2 : 4));
  }

  /** A value with `size` bytes after its head; an extension has its type number between them. */
  #body(kind: number, size: number, typeBytes = 0): void {
    const left = this.bytes.length - this.next - typeBytes;
    if (size > left)
      this.#fail(`a value of ${size} bytes begins, but only ${Math.max(0, left)} bytes are left`);
    this.kind = kind;
    this.size = size;
    this.next += typeBytes + size;
  }

  #container(kind: number, size: number): void {
    const left = this.bytes.length - this.next;
    // Every value takes at least one byte, every entry of a map two.
    if (size * (kind === MAP ? 2 : 1) > left) {
      const what = kind === MAP ? "a map" : "an array";
      this.#fail(`${what} of ${size} begins, but only ${left} bytes are left`);
    }
    this.kind = kind;
    this.size = size;
  }

  #length(width: number): number {
    let length = 0;
    for (let i = 0; i < width; i++) length = length * 256 + this.#byte();
    return length;
  }

  #byte(): number {
    const byte = this.bytes[this.next];
    if (byte === undefined) return this.#fail("the value ends too early");
    this.next++;
    return byte;
  }

  #fail(problem: string): never {
    throw new CtyError("malformed", problem, { offset: this.start });
  }
}
