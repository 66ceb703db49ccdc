/**
 * The untyped tree that msgpack-lite makes of a scanned value, and the codec that makes it.
 * Its default codec would read 64-bit integers as lossy doubles, maps as objects with a prototype and some
 * extensions as JavaScript classes.
 */
import { createCodec, decode } from "msgpack-lite";

/** Any extension: all of them mean an unknown value. */
export class RawExtension {
  readonly type: number;
  readonly body: Uint8Array;
  constructor(type: number, body: Uint8Array) {
    this.type = type;
    this.body = body;
  }
}

/** A 64-bit integer of msgpack-lite, which has no bigint: a double that may be rounded, and an exact text. */
export interface RawInt64 {
  toNumber(): number;
  toString(radix: number): string;
}

export type RawValue =
  | null
  | boolean
  | number
  | string
  | RawInt64
  | Buffer
  | RawExtension
  | RawValue[]
  | Map<string | number, RawValue>;

const codec = createCodec({ int64: true, usemap: true });
for (let type = 0; type < 256; type++) {
  codec.addExtUnpacker(type, (body) => new RawExtension(type, body));
}

/** Decodes bytes that the scan has let through. */
export function decodeTree(bytes: Uint8Array): RawValue {
  // A Buffer over the same memory: msgpack-lite reads the texts of other arrays byte by byte, and wrongly.
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return decode(buffer, { codec });
}
