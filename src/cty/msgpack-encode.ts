/**
 * cty value of a known type → MessagePack, the same bytes as go-cty writes.
 * Written without msgpack-lite: since the type is known, the names of attributes are encoded once and not once per
 * object. Source: go-cty `cty/msgpack/marshal.go`.
 */
import { type AttributeTable, attributeTable, type CtyObjectType } from "./attribute-table.ts";
import { Fault, mismatch, rethrowWithin, withCtyError } from "./error.ts";
import { MAX_DEPTH } from "./limits.ts";
import { writeNumber } from "./msgpack-number.ts";
import { writeUnknown } from "./msgpack-unknown-encode.ts";
import { MsgpackWriter } from "./msgpack-writer.ts";
import type { CtyNumber } from "./number.ts";
import { compareText } from "./text-order.ts";
import { type CtyType, ctyDynamic } from "./type.ts";
import { encodeType } from "./type-json.ts";
import { CtyUnknown } from "./unknown.ts";
import { CtyDecimal, CtyDynamicValue, type CtyValue } from "./value.ts";
import { nameOfValue } from "./value-name.ts";

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
  #depth = 0;

  value(value: CtyValue, type: CtyType): void {
    if (value === null) {
      this.writer.nil();
    } else if (value instanceof CtyUnknown) {
      writeUnknown(this.writer, value, type);
    } else if (type.kind === "string") {
      if (typeof value !== "string") mismatch(`a string is required, not ${nameOfValue(value)}`);
      this.writer.text(value);
    } else if (type.kind === "bool") {
      if (typeof value !== "boolean") mismatch(`a bool is required, not ${nameOfValue(value)}`);
      this.writer.bool(value);
    } else if (type.kind === "number") {
      if (!isNumber(value)) mismatch(`a number is required, not ${nameOfValue(value)}`);
      writeNumber(this.writer, value);
    } else {
      if (++this.#depth > MAX_DEPTH) throw new Fault("limit", `nested deeper than ${MAX_DEPTH} levels`);
      this.#container(value, type);
      this.#depth--;
    }
  }

  #container(value: CtyValue, type: ContainerType): void {
    switch (type.kind) {
      case "list":
      case "set":
        this.#elements(value, type);
        break;
      case "tuple":
        this.#tuple(value, type.elements);
        break;
      case "map":
        this.#map(value, type.element);
        break;
      case "object":
        this.#object(value, type);
        break;
      case "dynamic":
        this.#dynamic(value);
        break;
    }
  }

  #elements(value: CtyValue, type: Extract<CtyType, { kind: "list" | "set" }>): void {
    if (!Array.isArray(value)) mismatch(`a ${type.kind} is required, not ${nameOfValue(value)}`);
    const elements: readonly CtyValue[] = value;
    this.writer.array(elements.length);
    let i = 0;
    try {
      for (; i < elements.length; i++) this.value(defined(elements[i]), type.element);
    } catch (error) {
      rethrowWithin(error, type.kind === "set" ? "set" : { kind: "index", index: i }, i);
    }
  }

  #tuple(value: CtyValue, types: readonly CtyType[]): void {
    if (!Array.isArray(value) || value.length !== types.length) {
      mismatch(`a tuple of ${types.length} elements is required, not ${nameOfValue(value)}`);
    }
    const elements: readonly CtyValue[] = value;
    this.writer.array(types.length);
    for (const [i, type] of types.entries()) {
      try {
        this.value(defined(elements[i]), type);
      } catch (error) {
        rethrowWithin(error, { kind: "index", index: i }, i);
      }
    }
  }

  #map(value: CtyValue, element: CtyType): void {
    if (!isMap(value)) mismatch(`a map is required, not ${nameOfValue(value)}`);
    this.writer.map(value.size);
    let previous: string | undefined;
    for (const key of [...value.keys()].sort(compareText)) {
      try {
        const text = key.toWellFormed();
        if (text === previous) mismatch("two keys of the map are the same once they are valid Unicode");
        previous = text;
        this.writer.text(text);
        this.value(defined(value.get(key)), element);
      } catch (error) {
        rethrowWithin(error, { kind: "key", key }, 0);
      }
    }
  }

  #object(value: CtyValue, type: CtyObjectType): void {
    if (!isMap(value)) mismatch(`an object is required, not ${nameOfValue(value)}`);
    const table = attributeTable(type);
    const { names, types } = table;
    checkAttributes(value, table);
    const encodedNames = namesInMsgpack(table);
    this.writer.map(names.length);
    let i = 0;
    try {
      for (; i < names.length; i++) {
        const attribute = defined(value.get(names[i] ?? ""));
        this.writer.raw(encodedNames[i] ?? NO_BYTES);
        this.value(attribute, types[i] ?? ctyDynamic);
      }
    } catch (error) {
      rethrowWithin(error, { kind: "attribute", name: names[i] ?? "" }, i);
    }
  }

  #dynamic(value: CtyValue): void {
    if (!(value instanceof CtyDynamicValue)) {
      mismatch(`a value with its type is required, not ${nameOfValue(value)}`);
    }
    if (value.type.kind === "dynamic") {
      this.value(value.value, ctyDynamic);
      return;
    }
    this.writer.array(2);
    this.writer.binary(encodeType(value.type));
    this.value(value.value, value.type);
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

/** Exactly the attributes of the type: an absent one is null, never left out. */
function checkAttributes(value: ReadonlyMap<string, CtyValue>, { names, byName }: AttributeTable): void {
  for (const name of names) {
    if (!value.has(name)) mismatch(`the object lacks the attribute ${JSON.stringify(name)}`);
  }
  if (value.size === names.length) return;
  for (const name of value.keys()) {
    if (!byName.has(name)) mismatch(`the object has no attribute ${JSON.stringify(name)}`);
  }
}

function isNumber(value: CtyValue): value is CtyNumber {
  return typeof value === "number" || typeof value === "bigint" || value instanceof CtyDecimal;
}

function isMap(value: CtyValue): value is ReadonlyMap<string, CtyValue> {
  return value instanceof Map;
}

/** An element that a program left undefined must not become null unseen. */
function defined(value: CtyValue | undefined): CtyValue {
  return value === undefined ? mismatch("a value is required, not undefined") : value;
}
