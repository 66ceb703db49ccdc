/** A cty value as a host sends it: in msgpack or in JSON, to be read once its type is known. */
import { decodeJson } from "../cty/json.ts";
import { decodeMsgpack } from "../cty/msgpack.ts";
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";

/** Empty bytes stand for an encoding that is not used. */
export interface EncodedValue {
  readonly msgpack: Uint8Array;
  readonly json: Uint8Array;
}

/**
 * Absent, or empty in both encodings, is null. Where both are there msgpack counts, as in terraform-plugin-go.
 * @throws CtyError
 */
export function decodeValue(encoded: EncodedValue | undefined, type: CtyType): CtyValue {
  if (encoded === undefined) return null;
  if (encoded.msgpack.length > 0) return decodeMsgpack(encoded.msgpack, type);
  return encoded.json.length > 0 ? decodeJson(encoded.json, type) : null;
}
