/**
 * MessagePack → cty value of a known type. The scan goes first, so all lengths can be relied on afterwards. Source:
 * go-cty `cty/msgpack/unmarshal.go`.
 */
import { attributeTable, type CtyObjectType } from "../attribute-table.ts";
import { ConcreteTypes } from "../concrete-type.ts";
import { CtyError, mismatch, otherAttribute, rethrowWithin, withCtyError } from "../error.ts";
import { ExpansionBudget } from "../expansion-budget.ts";
import type { CtyType } from "../type.ts";
import { decodeType } from "../type-json.ts";
import { CtyDynamicValue, type CtyValue } from "../value.ts";
import { ARRAY, EXTENSION, MAP } from "./cursor.ts";
import { MsgpackReader } from "./reader.ts";
import { scanMsgpack } from "./scan.ts";
import { decodeUnknown } from "./unknown.ts";

/**
 * Decodes one value. Strings stay as they are: the host has normalised them (NFC). Sets keep the host's order.
 * @throws CtyError with attribute path and byte offset when the bytes are not a value of the type.
 */
export function decodeMsgpack(bytes: Uint8Array, type: CtyType): CtyValue {
  scanMsgpack(bytes);
  const decoder = new MsgpackDecoder(bytes);
  return withCtyError(
    () => decoder.value(type),
    () => decoder.reached,
  );
}

class MsgpackDecoder {
  readonly #reader: MsgpackReader;
  readonly #budget = new ExpansionBudget();
  readonly #concreteTypes = new ConcreteTypes();
  /** Types of dynamic values by their JSON: there are many values, but few types. */
  readonly #types = new Map<string, CtyType>();
  /** Start of the value that was read last: the place of a fault. */
  reached = 0;

  constructor(bytes: Uint8Array) {
    this.#reader = new MsgpackReader(bytes);
  }

  value(type: CtyType): CtyValue {
    const reader = this.#reader;
    reader.read();
    this.reached = reader.start;
    if (reader.kind === EXTENSION) return decodeUnknown(reader.extension(), type, this.#budget);
    if (reader.isNull) return null;
    switch (type.kind) {
      case "string":
        return reader.text() ?? mismatch(`a string is required, not ${reader.name()}`);
      case "bool":
        return reader.bool() ?? mismatch(`a bool is required, not ${reader.name()}`);
      case "number":
        return reader.number(this.#budget);
      case "list":
      case "set":
        return this.#elements(type);
      case "tuple":
        return this.#tuple(type.elements);
      case "map":
        return this.#map(type.element);
      case "object":
        return this.#object(type);
      case "dynamic":
        return this.#dynamic();
    }
  }

  #elements({ kind, element }: Extract<CtyType, { kind: "list" | "set" }>): CtyValue {
    const { start, size } = this.#reader;
    if (this.#reader.kind !== ARRAY) return mismatch(`a ${kind} is required, not ${this.#reader.name()}`);
    const values: CtyValue[] = [];
    try {
      while (values.length < size) values.push(this.value(element));
    } catch (error) {
      rethrowWithin(error, kind === "set" ? "set" : { kind: "index", index: values.length });
    }
    this.reached = start;
    this.#concreteTypes.requireOne(values, element);
    return values;
  }

  #tuple(elements: readonly CtyType[]): CtyValue {
    if (this.#reader.kind !== ARRAY || this.#reader.size !== elements.length) {
      return mismatch(`a tuple of ${elements.length} elements is required, not ${this.#reader.name()}`);
    }
    const values: CtyValue[] = [];
    try {
      for (const element of elements) values.push(this.value(element));
    } catch (error) {
      rethrowWithin(error, { kind: "index", index: values.length });
    }
    return values;
  }

  #map(element: CtyType): CtyValue {
    const { start, size } = this.#reader;
    if (this.#reader.kind !== MAP) return mismatch(`a map is required, not ${this.#reader.name()}`);
    const values = new Map<string, CtyValue>();
    for (let i = 0; i < size; i++) {
      const key = this.#key();
      try {
        values.set(key, this.value(element));
      } catch (error) {
        rethrowWithin(error, { kind: "key", key });
      }
    }
    this.reached = start;
    this.#concreteTypes.requireOne(values.values(), element);
    return values;
  }

  #object(type: CtyObjectType): CtyValue {
    const { start, size } = this.#reader;
    if (this.#reader.kind !== MAP) return mismatch(`an object is required, not ${this.#reader.name()}`);
    const { names, byName, allNull } = attributeTable(type);
    // go-cty accepts the empty map for an object of any type.
    if (size === 0) return allNull;
    const values = new Map<string, CtyValue>();
    for (let i = 0; i < size; i++) {
      const name = this.#key();
      const attribute = byName.get(name);
      if (attribute === undefined) {
        this.reached = this.#reader.next;
        throw otherAttribute(name);
      }
      try {
        values.set(name, this.value(attribute));
      } catch (error) {
        rethrowWithin(error, { kind: "attribute", name });
      }
    }
    this.reached = start;
    if (values.size < names.length) {
      const missing = names.filter((name) => !values.has(name)).map((name) => JSON.stringify(name));
      return mismatch(`the object lacks the attributes ${missing.join(", ")}`);
    }
    return values;
  }

  /** The scan has checked that keys are texts, and that none is there twice. */
  #key(): string {
    this.#reader.read();
    return this.#reader.text() ?? "";
  }

  #dynamic(): CtyValue {
    const reader = this.#reader;
    if (reader.kind !== ARRAY || reader.size !== 2) {
      return mismatch(`a value with its type is required, not ${reader.name()}`);
    }
    reader.read();
    this.reached = reader.start;
    const type = this.#type(reader.text() ?? mismatch("the type of a dynamic value is not JSON"));
    const value = this.value(type);
    return type.kind === "dynamic" ? value : new CtyDynamicValue(type, value);
  }

  #type(json: string): CtyType {
    const known = this.#types.get(json);
    if (known !== undefined) return known;
    try {
      const type = decodeType(json);
      this.#types.set(json, type);
      return type;
    } catch (error) {
      if (!(error instanceof CtyError)) throw error;
      return mismatch(`the type of a dynamic value: ${error.problem}`);
    }
  }
}
