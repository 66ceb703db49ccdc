/**
 * cty value of a known type → MessagePack, the same bytes as go-cty writes.
 * Written without msgpack-lite: since the type is known, the names of attributes are encoded once and not once per
 * object. Source: go-cty `cty/msgpack/marshal.go`.
 */
import { type AttributeTable, attributeTable, type CtyObjectType } from "./attribute-table.ts";
import { ConcreteTypes } from "./concrete-type.ts";
import { Fault, rethrowWithin, withCtyError } from "./error.ts";
import { MAX_DEPTH } from "./limits.ts";
import { writeNumber } from "./msgpack-number.ts";
import { writeUnknown } from "./msgpack-unknown-encode.ts";
import { MsgpackWriter } from "./msgpack-writer.ts";
import { type CtyType, ctyDynamic } from "./type.ts";
import { encodeType } from "./type-json.ts";
import { CtyUnknown } from "./unknown.ts";
import type { CtyDynamicValue, CtyValue } from "./value.ts";
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
    else if (type.kind === "number") writeNumber(this.writer, requireNumber(value));
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
    const encodedNames = namesInMsgpack(table);
    const { names, types } = table;
    this.writer.map(names.length);
    let i = 0;
    try {
      for (; i < names.length; i++) {
        this.writer.raw(encodedNames[i] ?? NO_BYTES);
        this.value(requireDefined(attributes.get(names[i] ?? "")), types[i] ?? ctyDynamic);
      }
    } catch (error) {
      rethrowWithin(error, { kind: "attribute", name: names[i] ?? "" });
    }
  }

  #dynamic({ value, type }: CtyDynamicValue): void {
    // A dynamic value inside a dynamic value says its type itself.
    if (type.kind !== "dynamic") {
      this.writer.array(2);
      this.writer.binary(encodeType(type));
    }
    this.value(value, type);
  }
}

const NO_BYTES = new Uint8Array();
const encodedNames = new WeakMap<AttributeTable, readonly Uint8Array[]>();

/** The attribute names of a type as MessagePack, made once. */
function namesInMsgpack(table: AttributeTable): readonly Uint8Array[] {
  const known = encodedNames.get(table);
  if (known !== undefined) return known;
  const made = table.names.map((name) => {
    const writer = new MsgpackWriter();
    writer.text(name);
    return Uint8Array.from(writer.finish());
  });
  encodedNames.set(table, made);
  return made;
}
