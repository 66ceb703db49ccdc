/**
 * cty types as JSON, as schemas and dynamic values carry them: `"string"`, `["list",T]`, `["object",{…}]`.
 * Source: go-cty `cty/type_json.go`.
 */
import { attributeTable } from "./attribute-table.ts";
import { CtyError } from "./error.ts";
import { type JsonNode, jsonByteOffset, jsonText, parseJson, quoteJson } from "./json-text.ts";
import {
  type CtyType,
  ctyBool,
  ctyDynamic,
  ctyList,
  ctyMap,
  ctyNumber,
  ctyObject,
  ctySet,
  ctyString,
  ctyTuple,
} from "./type.ts";

const PRIMITIVES: ReadonlyMap<string, CtyType> = new Map([
  ["string", ctyString],
  ["number", ctyNumber],
  ["bool", ctyBool],
  ["dynamic", ctyDynamic],
]);

/**
 * Reads a type. The list of optional attribute names that Go writes for type constraints is taken and forgotten:
 * a value has all its attributes.
 * @throws CtyError with the byte offset of what is wrong.
 */
export function decodeType(input: Uint8Array | string): CtyType {
  const text = jsonText(input);
  return typeOf(parseJson(text), text);
}

function typeOf(node: JsonNode, text: string): CtyType {
  if (node.kind === "string") {
    return PRIMITIVES.get(node.value) ?? fail(`there is no type ${JSON.stringify(node.value)}`, node, text);
  }
  if (node.kind !== "array") return fail("a type is a name or a list that begins with its kind", node, text);
  const [kind, argument, optional, ...rest] = node.elements;
  if (kind?.kind !== "string")
    return fail("a type is a name or a list that begins with its kind", node, text);
  if (argument === undefined) return fail(`the type "${kind.value}" is not complete`, node, text);
  if (rest.length > 0 || (optional !== undefined && kind.value !== "object")) {
    return fail(`the type "${kind.value}" has too many parts`, node, text);
  }
  switch (kind.value) {
    case "list":
      return ctyList(typeOf(argument, text));
    case "set":
      return ctySet(typeOf(argument, text));
    case "map":
      return ctyMap(typeOf(argument, text));
    case "tuple":
      if (argument.kind !== "array") return fail("a tuple's types are a list", argument, text);
      return ctyTuple(argument.elements.map((element) => typeOf(element, text)));
    case "object":
      return objectType(argument, optional, text);
    default:
      return fail(`there is no kind of type ${JSON.stringify(kind.value)}`, kind, text);
  }
}

function objectType(argument: JsonNode, optional: JsonNode | undefined, text: string): CtyType {
  if (argument.kind !== "object") return fail("an object's attributes are an object", argument, text);
  // Without a prototype, so that an attribute may be called `__proto__`.
  const attributes: { [name: string]: CtyType } = Object.create(null);
  for (const [name, attribute] of argument.members) attributes[name] = typeOf(attribute, text);
  if (optional !== undefined) checkOptional(optional, argument.members, text);
  return ctyObject(attributes);
}

function checkOptional(node: JsonNode, members: ReadonlyMap<string, JsonNode>, text: string): void {
  if (node.kind !== "array") fail("the optional attributes are a list of names", node, text);
  for (const name of node.elements) {
    if (name.kind !== "string" || !members.has(name.value)) {
      fail("an optional attribute is the name of one of the attributes", name, text);
    }
  }
}

function fail(problem: string, node: JsonNode, text: string): never {
  throw new CtyError("mismatch", problem, { offset: jsonByteOffset(text, node.offset) });
}

/** A type as JSON, the same bytes as go-cty writes. */
export function encodeType(type: CtyType): Uint8Array {
  return Buffer.from(typeJson(type));
}

/** A type as JSON text. */
export function typeJson(type: CtyType): string {
  switch (type.kind) {
    case "list":
    case "set":
    case "map":
      return `["${type.kind}",${typeJson(type.element)}]`;
    case "tuple":
      return `["tuple",[${type.elements.map(typeJson).join(",")}]]`;
    case "object": {
      const { names, types } = attributeTable(type);
      const members = types.map((attribute, i) => `${quoteJson(names[i] ?? "")}:${typeJson(attribute)}`);
      return `["object",{${members.join(",")}}]`;
    }
    default:
      return `"${type.kind}"`;
  }
}
