/**
 * Any cty value of a known type → MessagePack, the same bytes as go-cty writes: what a host sends.
 * Source: go-cty `cty/msgpack/marshal.go`.
 */
import { attributeTable, type CtyObjectType } from "../../../src/cty/attribute-table.ts";
import { ConcreteTypes } from "../../../src/cty/concrete-type.ts";
import { Fault, rethrowWithin, withCtyError } from "../../../src/cty/error.ts";
import { MAX_DEPTH } from "../../../src/cty/limits.ts";
import { MsgpackWriter } from "../../../src/cty/msgpack/writer.ts";
import { canonicalNumber } from "../../../src/cty/number.ts";
import { type CtyType, ctyDynamic } from "../../../src/cty/type.ts";
import { encodeType } from "../../../src/cty/type-json.ts";
import { CtyUnknown } from "../../../src/cty/unknown.ts";
import type { CtyDynamicValue, CtyValue } from "../../../src/cty/value.ts";
import {
  requireAttributes,
  requireBool,
  requireDefined,
  requireDynamic,
  requireElements,
  requireEntries,
  requireNumber,
  requireString,
  requireTuple,
} from "./value-shape.ts";
import { writeBinary } from "./write-bytes.ts";
import { writeUnknown } from "./write-unknown.ts";

/**
 * Encodes one value. Attributes and map keys are sorted, sets keep their order.
 * @throws CtyError with the attribute path when the value does not fit the type.
 */
export function encodeMsgpack(value: CtyValue, type: CtyType): Uint8Array {
  const encoder = new MsgpackEncoder();
  withCtyError(() => encoder.value(value, type));
  return encoder.writer.finish();
}

type ContainerType = Exclude<CtyType, { kind: "string" | "bool" | "number" }>;

class MsgpackEncoder {
  readonly writer = new MsgpackWriter();
  readonly #concreteTypes = new ConcreteTypes();
  #depth = 0;

  value(value: CtyValue, type: CtyType): void {
    if (value === null) this.writer.nil();
    else if (value instanceof CtyUnknown) writeUnknown(this.writer, value, type);
    else if (type.kind === "string") this.writer.text(requireString(value));
    else if (type.kind === "bool") this.writer.bool(requireBool(value));
    else if (type.kind === "number") this.writer.number(canonicalNumber(requireNumber(value)));
    else {
      if (++this.#depth > MAX_DEPTH) throw new Fault("limit", `nested deeper than ${MAX_DEPTH} levels`);
      this.#container(value, type);
      this.#depth--;
    }
  }

  #container(value: CtyValue, type: ContainerType): void {
    switch (type.kind) {
      case "list":
      case "set":
        this.#elements(requireElements(value, type.kind), type);
        break;
      case "tuple":
        this.#tuple(requireTuple(value, type.elements.length), type.elements);
        break;
      case "map":
        this.#map(requireEntries(value), type.element);
        break;
      case "object":
        this.#object(value, type);
        break;
      case "dynamic":
        this.#dynamic(requireDynamic(value));
        break;
    }
  }

  #elements(
    elements: readonly CtyValue[],
    { kind, element }: Extract<CtyType, { kind: "list" | "set" }>,
  ): void {
    this.writer.array(elements.length);
    let i = 0;
    try {
      for (; i < elements.length; i++) this.value(requireDefined(elements[i]), element);
    } catch (error) {
      rethrowWithin(error, kind === "set" ? "set" : { kind: "index", index: i });
    }
    this.#concreteTypes.requireOne(elements, element);
  }

  #tuple(elements: readonly CtyValue[], types: readonly CtyType[]): void {
    this.writer.array(types.length);
    for (const [i, type] of types.entries()) {
      try {
        this.value(requireDefined(elements[i]), type);
      } catch (error) {
        rethrowWithin(error, { kind: "index", index: i });
      }
    }
  }

  #map(entries: readonly (readonly [string, CtyValue])[], element: CtyType): void {
    this.writer.map(entries.length);
    for (const [key, value] of entries) {
      this.writer.text(key);
      try {
        this.value(requireDefined(value), element);
      } catch (error) {
        rethrowWithin(error, { kind: "key", key });
      }
    }
    const values = entries.map(([, value]) => value);
    this.#concreteTypes.requireOne(values, element);
  }

  #object(value: CtyValue, type: CtyObjectType): void {
    const table = attributeTable(type);
    const attributes = requireAttributes(value, table);
    this.writer.map(table.names.length);
    for (const [i, name] of table.names.entries()) {
      this.writer.text(name);
      try {
        this.value(requireDefined(attributes.get(name)), table.types[i] ?? ctyDynamic);
      } catch (error) {
        rethrowWithin(error, { kind: "attribute", name });
      }
    }
  }

  #dynamic({ value, type }: CtyDynamicValue): void {
    // A dynamic value inside a dynamic value says its type itself.
    if (type.kind !== "dynamic") {
      this.writer.array(2);
      writeBinary(this.writer, encodeType(type));
    }
    this.value(value, type);
  }
}
