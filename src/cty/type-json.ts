/**
 * cty types as JSON, as schemas and dynamic values carry them: `"string"`, `["list",T]`, `["object",{…}]`.
 * Source: go-cty `cty/type_json.go`.
 */
import { attributeTable } from "./attribute-table.ts";
import { Fault, quoteName, withCtyError } from "./error.ts";
import { type JsonNode, jsonByteOffset, jsonText, parseJson, quoteJson } from "./json-text.ts";
import { MAX_DEPTH } from "./limits.ts";
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
 * Reads a type. The list of optional attributes, which Go writes for type constraints, is ignored: a value has all its
 * attributes.
 * @throws CtyError with the byte offset of what is wrong.
 */
export function decodeType(input: Uint8Array | string): CtyType {
  const text = jsonText(input);
  const root = parseJson(text);
  return withCtyError(
    () => typeFromNode(root),
    (fault) => jsonByteOffset(text, fault.textOffset ?? 0),
  );
}

/**
 * Reads a type that is part of a JSON text.
 * @param depth how many types contain it
 * @throws Fault with its place in the text.
 */
function typeFromNode(node: JsonNode, depth = 0): CtyType {
  if (node.kind === "string") {
    return PRIMITIVES.get(node.value) ?? fail(`there is no type ${quoteName(node.value)}`, node);
  }
  if (node.kind !== "array") return fail("a type is a name or a list that begins with its kind", node);
  if (depth >= MAX_DEPTH) {
    throw new Fault("limit", `nested deeper than ${MAX_DEPTH} levels`, node.offset);
  }
  const [kind, argument, optional, ...rest] = node.elements;
  if (kind?.kind !== "string") return fail("a type is a name or a list that begins with its kind", node);
  if (argument === undefined) return fail(`the type ${quoteName(kind.value)} is not complete`, node);
  if (rest.length > 0 || (optional !== undefined && kind.value !== "object")) {
    return fail(`the type ${quoteName(kind.value)} has too many parts`, node);
  }
  switch (kind.value) {
    case "list":
      return ctyList(typeFromNode(argument, depth + 1));
    case "set":
      return ctySet(typeFromNode(argument, depth + 1));
    case "map":
      return ctyMap(typeFromNode(argument, depth + 1));
    case "tuple":
      // Go writes an empty list that is nil in this way.
      if (argument.kind === "null") return ctyTuple([]);
      if (argument.kind !== "array") return fail("a tuple's types are a list", argument);
      return ctyTuple(argument.elements.map((element) => typeFromNode(element, depth + 1)));
    case "object":
      return objectType(argument, optional, depth);
    default:
      return fail(`there is no kind of type ${quoteName(kind.value)}`, kind);
  }
}

function objectType(argument: JsonNode, optional: JsonNode | undefined, depth: number): CtyType {
  if (argument.kind !== "object" && argument.kind !== "null")
    return fail("an object's attributes are an object", argument);
  // Go writes an empty object that is nil in this way.
  const members = argument.kind === "null" ? new Map<string, JsonNode>() : argument.members;
  // Without a prototype, because an attribute may be called `__proto__`.
  const attributes: { [name: string]: CtyType } = Object.create(null);
  for (const [name, attribute] of members) attributes[name] = typeFromNode(attribute, depth + 1);
  if (optional !== undefined) checkOptional(optional, members);
  return ctyObject(attributes);
}

function checkOptional(node: JsonNode, members: ReadonlyMap<string, JsonNode>): void {
  if (node.kind !== "array") fail("the optional attributes are a list of names", node);
  for (const name of node.elements) {
    if (name.kind !== "string" || !members.has(name.value)) {
      fail("an optional attribute is the name of one of the attributes", name);
    }
  }
}

function fail(problem: string, node: JsonNode): never {
  throw new Fault("mismatch", problem, node.offset);
}

/** A type as JSON: the same bytes as go-cty writes. */
export function encodeType(type: CtyType): Uint8Array {
  return Buffer.from(typeJson(type));
}

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
