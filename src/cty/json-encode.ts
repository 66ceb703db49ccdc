/**
 * cty value of a known type → JSON, the same text as go-cty writes.
 * Source: go-cty `cty/json/marshal.go`.
 */
import { attributeTable, type CtyObjectType } from "./attribute-table.ts";
import { ConcreteTypes } from "./concrete-type.ts";
import { Fault, mismatch, rethrowWithin, withCtyError } from "./error.ts";
import { quoteJson } from "./json-text.ts";
import { MAX_DEPTH } from "./limits.ts";
import { canonicalNumber, numberText } from "./number.ts";
import type { PathStep } from "./path.ts";
import type { CtyType } from "./type.ts";
import { typeJson } from "./type-json.ts";
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
 * Encodes one value as JSON text. Attributes and map keys are sorted, sets keep their order.
 * @throws CtyError with the attribute path when the value does not fit the type, is unknown or infinite.
 */
export function encodeJson(value: CtyValue, type: CtyType): string {
  return withCtyError(() => new JsonEncoder().value(value, type));
}

class JsonEncoder {
  readonly #concreteTypes = new ConcreteTypes();
  #depth = 0;

  value(value: CtyValue, type: CtyType): string {
    if (value === null) return "null";
    if (value instanceof CtyUnknown) return mismatch("JSON has no unknown values");
    if (this.#depth > MAX_DEPTH) throw new Fault("limit", `nested deeper than ${MAX_DEPTH} levels`);
    switch (type.kind) {
      case "string":
        return quoteJson(requireString(value));
      case "bool":
        return String(requireBool(value));
      case "number":
        return encodeNumber(value);
      case "list":
      case "set":
        return this.#elements(value, type);
      case "tuple":
        return this.#tuple(value, type.elements);
      case "map":
        return this.#map(value, type.element);
      case "object":
        return this.#object(value, type);
      case "dynamic":
        return this.#dynamic(requireDynamic(value));
    }
  }

  #elements(value: CtyValue, { kind, element }: Extract<CtyType, { kind: "list" | "set" }>): string {
    const elements = requireElements(value, kind);
    const texts = elements.map((child, i) =>
      this.#child(child, element, kind === "set" ? "set" : { kind: "index", index: i }),
    );
    this.#concreteTypes.requireOne(elements, element);
    return `[${texts.join(",")}]`;
  }

  #tuple(value: CtyValue, types: readonly CtyType[]): string {
    const elements = requireTuple(value, types.length);
    const texts = types.map((type, i) => this.#child(elements[i], type, { kind: "index", index: i }));
    return `[${texts.join(",")}]`;
  }

  #map(value: CtyValue, element: CtyType): string {
    const entries = requireEntries(value);
    const texts = entries.map(
      ([key, child]) => `${quoteJson(key)}:${this.#child(child, element, { kind: "key", key })}`,
    );
    const elements = entries.map(([, child]) => child);
    this.#concreteTypes.requireOne(elements, element);
    return `{${texts.join(",")}}`;
  }

  #object(value: CtyValue, type: CtyObjectType): string {
    const table = attributeTable(type);
    const attributes = requireAttributes(value, table);
    const texts = table.types.map((attribute, i) => {
      const name = table.names[i] ?? "";
      return `${quoteJson(name)}:${this.#child(attributes.get(name), attribute, { kind: "attribute", name })}`;
    });
    return `{${texts.join(",")}}`;
  }

  #dynamic({ value, type }: CtyDynamicValue): string {
    const text = this.#child(value, type, undefined);
    return type.kind === "dynamic" ? text : `{"value":${text},"type":${typeJson(type)}}`;
  }

  #child(value: CtyValue | undefined, type: CtyType, step: PathStep | "set" | undefined): string {
    this.#depth++;
    try {
      return this.value(requireDefined(value), type);
    } catch (error) {
      return rethrowWithin(error, step);
    } finally {
      this.#depth--;
    }
  }
}

function encodeNumber(value: CtyValue): string {
  const number = canonicalNumber(requireNumber(value));
  if (typeof number === "number" && !Number.isFinite(number)) mismatch("JSON has no infinite numbers");
  return numberText(number);
}
