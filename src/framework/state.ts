/** The state of a data source: its arguments as they were configured, and its results. */
import { encodeMsgpack } from "../cty/msgpack.ts";
import { MsgpackWriter } from "../cty/msgpack-writer.ts";
import { compareText } from "../cty/text-order.ts";
import type { CtyType } from "../cty/type.ts";
import type { CtyValue } from "../cty/value.ts";
import { type Attributes, isArgument, valueTypeOf } from "./attribute.ts";
import { ctyTypeOf } from "./cty-type.ts";
import {
  checkMembers,
  encodeName,
  memberOf,
  type ResultWriter,
  resultWriter,
  writeMember,
} from "./result.ts";

/**
 * Encodes states in MessagePack. Arguments go back as the cty values that came, so that nothing is lost on the way
 * through JavaScript; results are written straight from the objects that `read` returned.
 */
export class StateEncoder {
  readonly #members: readonly Member[];
  /** A Map and not an object, where `constructor` would be found without being there. */
  readonly #results: ReadonlyMap<string, ResultWriter>;

  constructor(attributes: Attributes) {
    const entries = Object.entries(attributes);
    this.#results = new Map(
      entries
        .filter(([, attribute]) => !isArgument(attribute))
        .map(([name, { type }]) => [name, resultWriter(valueTypeOf(type))]),
    );
    this.#members = entries
      .map(([name, { type }]) => ({
        name,
        encodedName: encodeName(name),
        type: ctyTypeOf(valueTypeOf(type)),
      }))
      .sort((a, b) => compareText(a.name, b.name));
  }

  /** @throws ResultError when the results are not as the attributes say */
  encode(configuration: CtyValue, results: unknown): Uint8Array {
    checkMembers(results, this.#results);
    const configured: ReadonlyMap<string, CtyValue> =
      configuration instanceof Map ? configuration : new Map();
    const writer = new MsgpackWriter();
    writer.map(this.#members.length);
    for (const { name, encodedName, type } of this.#members) {
      writer.raw(encodedName);
      const write = this.#results.get(name);
      if (write === undefined) writer.raw(encodeMsgpack(configured.get(name) ?? null, type));
      else writeMember(name, memberOf(results, name), write, writer);
    }
    return writer.finish();
  }
}

interface Member {
  readonly name: string;
  readonly encodedName: Uint8Array;
  readonly type: CtyType;
}
