/** The answer to a read on the wire. */
import { BinaryWriter } from "@bufbuild/protobuf/wire";
import { ReadDataSource_Response } from "./gen/tfplugin6.ts";

/** The tags of the state in the answer, and of MessagePack in the state: both are field 1, length-delimited. */
const FIRST_FIELD = 10;

/**
 * Writes the same bytes as the generated code, which makes five copies of the state. The state of a large cluster has
 * tens of megabytes, and this makes one copy.
 */
export function serializeReadDataSource({ state, ...others }: ReadDataSource_Response): Buffer {
  const behind = ReadDataSource_Response.encode({ ...others, state: undefined }).finish();
  if (state === undefined) return Buffer.from(behind);
  const { msgpack, json } = state;
  if (json.length > 0) throw new Error("A state is never answered in JSON.");
  const value = new BinaryWriter().uint32(FIRST_FIELD).uint32(msgpack.length).finish();
  const field = new BinaryWriter()
    .uint32(FIRST_FIELD)
    .uint32(value.length + msgpack.length)
    .finish();
  return Buffer.concat([field, value, msgpack, behind]);
}
