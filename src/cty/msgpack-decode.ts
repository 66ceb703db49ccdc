/**
 * MessagePack → cty value of a known type: scan, decode with msgpack-lite, fit to the type.
 * Source: go-cty `cty/msgpack/unmarshal.go`.
 */
import { attributeTable, type CtyObjectType } from "./attribute-table.ts";
import { ConcreteTypes } from "./concrete-type.ts";
import { CtyError, type Fault, mismatch, otherAttribute, rethrowWithin, withCtyError } from "./error.ts";
import { ExpansionBudget } from "./expansion-budget.ts";
import { nameOf, rawNumber, rawText } from "./msgpack-leaf.ts";
import { locateMsgpack, scanMsgpack } from "./msgpack-scan.ts";
import { decodeTree, RawExtension, type RawValue } from "./msgpack-tree.ts";
import { decodeUnknown } from "./msgpack-unknown-decode.ts";
import type { CtyType } from "./type.ts";
import { decodeType } from "./type-json.ts";
import { CtyDynamicValue, type CtyValue } from "./value.ts";

/**
 * Decodes one value. Strings stay as they came: the host has normalised them (NFC). Sets keep the host's order.
 * @throws CtyError with attribute path and byte offset when the bytes are not a value of the type.
 */
export function decodeMsgpack(bytes: Uint8Array, type: CtyType): CtyValue {
  scanMsgpack(bytes);
  const tree = decodeTree(bytes);
  const decoder = new TreeDecoder();
  return withCtyError(
    () => decoder.value(tree, type),
    (fault: Fault) => locateMsgpack(bytes, fault.positions),
  );
}

/** Fits the untyped tree to a type. */
class TreeDecoder {
  readonly #budget = new ExpansionBudget();
  readonly #concreteTypes = new ConcreteTypes();
  /** Types of dynamic values by their JSON: there are many values and few types. */
  readonly #types = new Map<string, CtyType>();

  value(raw: RawValue, type: CtyType): CtyValue {
    if (raw instanceof RawExtension) return decodeUnknown(raw, type, this.#budget);
    if (raw === null) return null;
    switch (type.kind) {
      case "string":
        return rawText(raw) ?? mismatch(`a string is required, not ${nameOf(raw)}`);
      case "bool":
        return typeof raw === "boolean" ? raw : mismatch(`a bool is required, not ${nameOf(raw)}`);
      case "number":
        return rawNumber(raw, this.#budget);
      case "list":
        return this.#elements(raw, type.element, "list");
      case "set":
        return this.#elements(raw, type.element, "set");
      case "tuple":
        return this.#tuple(raw, type.elements);
      case "map":
        return this.#map(raw, type.element);
      case "object":
        return this.#object(raw, type);
      case "dynamic":
        return this.#dynamic(raw);
    }
  }

  #elements(raw: RawValue, element: CtyType, kind: "list" | "set"): CtyValue {
    if (!Array.isArray(raw)) return mismatch(`a ${kind} is required, not ${nameOf(raw)}`);
    const values: CtyValue[] = raw.map((child, i) => {
      try {
        return this.value(child, element);
      } catch (error) {
        return rethrowWithin(error, kind === "set" ? "set" : { kind: "index", index: i }, i);
      }
    });
    this.#concreteTypes.requireOne(values, element);
    return values;
  }

  #tuple(raw: RawValue, elements: readonly CtyType[]): CtyValue {
    if (!Array.isArray(raw) || raw.length !== elements.length) {
      return mismatch(`a tuple of ${elements.length} elements is required, not ${nameOf(raw)}`);
    }
    return elements.map((element, i) => {
      try {
        return this.value(raw[i] ?? null, element);
      } catch (error) {
        return rethrowWithin(error, { kind: "index", index: i }, i);
      }
    });
  }

  #map(raw: RawValue, element: CtyType): CtyValue {
    if (!(raw instanceof Map)) return mismatch(`a map is required, not ${nameOf(raw)}`);
    const values = new Map<string, CtyValue>();
    let position = 0;
    for (const [rawKey, rawValue] of raw) {
      const key = String(rawKey);
      try {
        values.set(key, this.value(rawValue, element));
      } catch (error) {
        rethrowWithin(error, { kind: "key", key }, position);
      }
      position++;
    }
    this.#concreteTypes.requireOne(values.values(), element);
    return values;
  }

  #object(raw: RawValue, type: CtyObjectType): CtyValue {
    if (!(raw instanceof Map)) return mismatch(`an object is required, not ${nameOf(raw)}`);
    const { names, byName, allNull } = attributeTable(type);
    // go-cty takes the empty map for an object of any type.
    if (raw.size === 0) return allNull;
    const values = new Map<string, CtyValue>();
    let position = 0;
    for (const [rawKey, rawValue] of raw) {
      const name = String(rawKey);
      const attribute = byName.get(name);
      if (attribute === undefined) throw otherAttribute(name).within(undefined, position);
      try {
        values.set(name, this.value(rawValue, attribute));
      } catch (error) {
        rethrowWithin(error, { kind: "attribute", name }, position);
      }
      position++;
    }
    if (values.size < names.length) {
      const missing = names.filter((name) => !values.has(name)).map((name) => JSON.stringify(name));
      return mismatch(`the object lacks the attributes ${missing.join(", ")}`);
    }
    return values;
  }

  #dynamic(raw: RawValue): CtyValue {
    if (!Array.isArray(raw) || raw.length !== 2) {
      return mismatch(`a value with its type is required, not ${nameOf(raw)}`);
    }
    const [typeText, value] = raw;
    let type: CtyType;
    try {
      type = this.#type(rawText(typeText ?? null) ?? mismatch("the type of a dynamic value is not JSON"));
    } catch (error) {
      return rethrowWithin(error, undefined, 0);
    }
    try {
      const decoded = this.value(value ?? null, type);
      return type.kind === "dynamic" ? decoded : new CtyDynamicValue(type, decoded);
    } catch (error) {
      return rethrowWithin(error, undefined, 1);
    }
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
