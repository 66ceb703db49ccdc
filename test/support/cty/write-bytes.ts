/** MessagePack of bytes that hosts send and the provider never writes: types of dynamic values, and unknowns. */
import type { MsgpackWriter } from "../../../src/cty/msgpack/writer.ts";

/** A binary. */
export function writeBinary(writer: MsgpackWriter, bytes: Uint8Array): void {
  writer.raw(head(0xc4, bytes.length));
  writer.raw(bytes);
}

/** An extension with its number. */
export function writeExtension(writer: MsgpackWriter, type: number, body: Uint8Array): void {
  const fixed = [1, 2, 4, 8, 16].indexOf(body.length);
  writer.raw(fixed < 0 ? head(0xc7, body.length) : Uint8Array.of(0xd4 + fixed));
  writer.raw(Uint8Array.of(type));
  writer.raw(body);
}

/** The code and the length, in 1, 2 or 4 bytes. */
function head(code: number, length: number): Uint8Array {
  if (length < 0x100) return Uint8Array.of(code, length);
  if (length < 0x10000) return Uint8Array.of(code + 1, length >>> 8, length & 0xff);
  const bytes = Buffer.of(code + 2, 0, 0, 0, 0);
  bytes.writeUInt32BE(length, 1);
  return bytes;
}
