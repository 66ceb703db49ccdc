/** A cty value as a host sends it. It is decoded once its type is known. */
import { CtyError } from "../cty/error.ts";
import { decodeMsgpack } from "../cty/msgpack/decode.ts";
import { memberBytes } from "../cty/msgpack/scan.ts";
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";

/** Empty bytes mean that the encoding is not used. Hosts use JSON only for states of resources, to upgrade them. */
export interface EncodedValue {
  readonly msgpack: Uint8Array;
  readonly json: Uint8Array;
}

/**
 * A value that is absent, or empty in both encodings, is null. If both are there, msgpack is used, as in
 * terraform-plugin-go.
 * @throws CtyError when it is no value of the type, or is in JSON
 */
export function decodeValue(encoded: EncodedValue | undefined, type: CtyType): CtyValue {
  if (encoded === undefined) return null;
  if (encoded.msgpack.length > 0) return decodeMsgpack(encoded.msgpack, type);
  if (encoded.json.length > 0) {
    throw new CtyError("malformed", "it is in JSON, and the provider reads values in MessagePack alone");
  }
  return null;
}

/** The bytes of each member of an object that `decodeValue` has read; none if the object is absent or null. */
export function encodedMembers(encoded: EncodedValue | undefined): ReadonlyMap<string, Uint8Array> {
  return encoded === undefined || encoded.msgpack.length === 0 ? new Map() : memberBytes(encoded.msgpack);
}
