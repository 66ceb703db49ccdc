/**
 * JSON → cty value of a known type: the other encoding in which a host may send a value.
 * Source: go-cty `cty/json/unmarshal.go`.
 */
import { attributeTable, type CtyObjectType } from "./attribute-table.ts";
import { ConcreteTypes } from "./concrete-type.ts";
import { Fault, mismatch, otherAttribute, rethrowWithin, withCtyError } from "./error.ts";
import { ExpansionBudget } from "./expansion-budget.ts";
import { type JsonNode, jsonByteOffset, jsonText, parseJson } from "./json-text.ts";
import { MAX_DEPTH } from "./limits.ts";
import type { CtyNumber } from "./number.ts";
import type { CtyType } from "./type.ts";
import { typeFromNode } from "./type-json.ts";
import { CtyDynamicValue, type CtyValue } from "./value.ts";

/**
 * Decodes one value. As with go-cty a primitive may be written as a string, a string as a bare number or bool,
 * and an attribute that is left out is null.
 * @throws CtyError with attribute path and byte offset when the text is not JSON or not a value of the type.
 */
export function decodeJson(input: Uint8Array | string, type: CtyType): CtyValue {
  const text = jsonText(input);
  const decoder = new JsonDecoder();
  const root = parseJson(text);
  return withCtyError(
    () => decoder.value(root, type),
    (fault) => jsonByteOffset(text, fault.textOffset ?? decoder.reached),
  );
}

class JsonDecoder {
  readonly #budget = new ExpansionBudget();
  readonly #concreteTypes = new ConcreteTypes();
  /** Where the node begins that was looked at last: where a fault is. */
  reached = 0;
  #depth = 0;

  value(node: JsonNode, type: CtyType): CtyValue {
    this.reached = node.offset;
    if (node.kind === "null") return null;
    if (this.#depth > MAX_DEPTH) throw new Fault("limit", `nested deeper than ${MAX_DEPTH} levels`);
    this.#depth++;
    const value = this.#present(node, type);
    this.#depth--;
    return value;
  }

  #present(node: JsonNode, type: CtyType): CtyValue {
    switch (type.kind) {
      case "string":
        return this.#string(node);
      case "bool":
        return this.#bool(node);
      case "number":
        return this.#number(node);
      case "list":
      case "set":
        return this.#elements(node, type);
      case "tuple":
        return this.#tuple(node, type.elements);
      case "map":
        return this.#map(node, type.element);
      case "object":
        return this.#object(node, type);
      case "dynamic":
        return this.#dynamic(node);
    }
  }

  #string(node: JsonNode): string {
    if (node.kind === "string") return node.value;
    if (node.kind === "number") return node.text;
    return node.kind === "boolean"
      ? String(node.value)
      : mismatch(`a string is required, not ${nameOf(node)}`);
  }

  #bool(node: JsonNode): boolean {
    if (node.kind === "boolean") return node.value;
    const value = node.kind === "string" ? BOOLS.get(node.value) : undefined;
    return value ?? mismatch(`a bool is required, not ${nameOf(node)}`);
  }

  #number(node: JsonNode): CtyNumber {
    if (node.kind === "number") return this.#budget.number(node.text);
    if (node.kind === "string") return this.#budget.number(node.value);
    return mismatch(`a number is required, not ${nameOf(node)}`);
  }

  #elements(node: JsonNode, { kind, element }: Extract<CtyType, { kind: "list" | "set" }>): CtyValue {
    if (node.kind !== "array") return mismatch(`a ${kind} is required, not ${nameOf(node)}`);
    const values = node.elements.map((child, i) => {
      try {
        return this.value(child, element);
      } catch (error) {
        return rethrowWithin(error, kind === "set" ? "set" : { kind: "index", index: i });
      }
    });
    this.reached = node.offset;
    this.#concreteTypes.requireOne(values, element);
    return values;
  }

  #tuple(node: JsonNode, types: readonly CtyType[]): CtyValue {
    if (node.kind !== "array" || node.elements.length !== types.length) {
      return mismatch(`a tuple of ${types.length} elements is required, not ${nameOf(node)}`);
    }
    const { elements } = node;
    return types.map((type, i) => {
      const child = elements[i];
      try {
        return child === undefined ? null : this.value(child, type);
      } catch (error) {
        return rethrowWithin(error, { kind: "index", index: i });
      }
    });
  }

  #map(node: JsonNode, element: CtyType): CtyValue {
    if (node.kind !== "object") return mismatch(`a map is required, not ${nameOf(node)}`);
    const values = new Map<string, CtyValue>();
    for (const [key, child] of node.members) {
      try {
        values.set(key, this.value(child, element));
      } catch (error) {
        rethrowWithin(error, { kind: "key", key });
      }
    }
    this.reached = node.offset;
    this.#concreteTypes.requireOne(values.values(), element);
    return values;
  }

  #object(node: JsonNode, type: CtyObjectType): CtyValue {
    if (node.kind !== "object") return mismatch(`an object is required, not ${nameOf(node)}`);
    const { names, byName } = attributeTable(type);
    const values = new Map<string, CtyValue>(names.map((name) => [name, null]));
    for (const [name, child] of node.members) {
      this.reached = child.offset;
      const attribute = byName.get(name);
      if (attribute === undefined) throw otherAttribute(name);
      try {
        values.set(name, this.value(child, attribute));
      } catch (error) {
        rethrowWithin(error, { kind: "attribute", name });
      }
    }
    return values;
  }

  #dynamic(node: JsonNode): CtyValue {
    if (node.kind !== "object") return mismatch(`a value with its type is required, not ${nameOf(node)}`);
    const typeNode = node.members.get("type");
    const valueNode = node.members.get("value");
    if (typeNode === undefined || valueNode === undefined || node.members.size > 2) {
      return mismatch('a value with its type has exactly the keys "type" and "value"');
    }
    const type = typeFromNode(typeNode);
    const value = this.value(valueNode, type);
    return type.kind === "dynamic" ? value : new CtyDynamicValue(type, value);
  }
}

const BOOLS: ReadonlyMap<string, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

const NAMES = {
  null: "null",
  boolean: "a bool",
  number: "a number",
  string: "a string",
  array: "an array",
  object: "an object",
} as const;

/** What was sent, for an error message. */
function nameOf(node: JsonNode): string {
  return node.kind === "array" ? `an array of ${node.elements.length}` : NAMES[node.kind];
}
