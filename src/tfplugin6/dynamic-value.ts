/** Cty values on the wire: always answered in msgpack. */
import type { DynamicValue } from "./gen/tfplugin6.ts";

const NOTHING = Buffer.alloc(0);

/** Wraps a value in MessagePack without copying it. */
export function encodeDynamicValue(msgpack: Uint8Array): DynamicValue {
  const { buffer, byteOffset, byteLength } = msgpack;
  return { msgpack: Buffer.from(buffer, byteOffset, byteLength), json: NOTHING };
}
