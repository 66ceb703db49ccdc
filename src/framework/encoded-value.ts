/** A cty value as a host sends it, to be read once its type is known. */
import { CtyError } from "../cty/error.ts";
import { decodeMsgpack } from "../cty/msgpack/decode.ts";
import { memberBytes } from "../cty/msgpack/scan.ts";
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";

/** Empty bytes stand for an encoding that is not used. Hosts use JSON for states of resources alone, to upgrade them. */
export interface EncodedValue {
  readonly msgpack: Uint8Array;
  readonly json: Uint8Array;
}

/**
 * Absent, or empty in both encodings, is null. Where both are there msgpack counts, as in terraform-plugin-go.
 * @throws CtyError when it is no value of the type, or in JSON
 */
export function decodeValue(encoded: EncodedValue | undefined, type: CtyType): CtyValue {
  if (encoded === undefined) return null;
  if (encoded.msgpack.length > 0) return decodeMsgpack(encoded.msgpack, type);
  if (encoded.json.length > 0) {
    throw new CtyError("malformed", "it is in JSON, and the provider reads values in MessagePack alone");
  }
  return null;
}

/** The bytes of each member of an object that `decodeValue` has read: none where the whole is absent or null. */
export function encodedMembers(encoded: EncodedValue | undefined): ReadonlyMap<string, Uint8Array> {
  return encoded === undefined || encoded.msgpack.length === 0 ? new Map() : memberBytes(encoded.msgpack);
}
