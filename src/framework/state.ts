/** The state of a data source: its arguments as configured, and its results. */
import { MsgpackWriter } from "../cty/msgpack/writer.ts";
import { compareText } from "../cty/text-order.ts";
import { type Attributes, isArgument, valueTypeOf } from "./attribute.ts";
import {
  checkMembers,
  encodeName,
  memberOf,
  type ResultWriter,
  resultWriter,
  writeMember,
} from "./result.ts";

/**
 * Encodes states in MessagePack. Arguments go back as the bytes that came, so JavaScript loses nothing of them. Results
 * are written directly from the objects that `read` returned.
 */
export class StateEncoder {
  readonly #members: readonly Member[];
  /** A Map, because in a plain object `constructor` would be found. */
  readonly #results: ReadonlyMap<string, ResultWriter>;

  constructor(attributes: Attributes) {
    const entries = Object.entries(attributes);
    this.#results = new Map(
      entries
        .filter(([, attribute]) => !isArgument(attribute))
        .map(([name, { type }]) => [name, resultWriter(valueTypeOf(type))]),
    );
    this.#members = entries
      .map(([name]) => ({ name, encodedName: encodeName(name) }))
      .sort((a, b) => compareText(a.name, b.name));
  }

  /**
   * @param configuration the bytes of each argument; an absent one is null
   * @throws ResultError when the results do not fit the attributes
   */
  encode(configuration: ReadonlyMap<string, Uint8Array>, results: unknown): Uint8Array {
    checkMembers(results, this.#results);
    const writer = new MsgpackWriter();
    writer.map(this.#members.length);
    for (const { name, encodedName } of this.#members) {
      writer.raw(encodedName);
      const write = this.#results.get(name);
      if (write !== undefined) {
        writeMember(name, memberOf(results, name), write, writer);
        continue;
      }
      const argument = configuration.get(name);
      if (argument === undefined) writer.nil();
      else writer.raw(argument);
    }
    return writer.finish();
  }
}

interface Member {
  readonly name: string;
  readonly encodedName: Uint8Array;
}
