/** The cty types that values have on the wire. */
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
} from "../cty/type.ts";
import { typeJson } from "../cty/type-json.ts";
import type { Fields, ValueType } from "./type.ts";

/** The cty type of a type. It does not say whether null is allowed. */
export function ctyTypeOf(type: ValueType): CtyType {
  switch (type.kind) {
    case "text":
      return ctyString;
    case "number":
    case "integer":
      return ctyNumber;
    case "bool":
      return ctyBool;
    case "list":
      return ctyList(ctyTypeOf(type.element));
    case "set":
      return ctySet(ctyTypeOf(type.element));
    case "map":
      return ctyMap(ctyTypeOf(type.element));
    case "object":
      return ctyObject(
        Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, ctyTypeOf(field)])),
      );
    case "options":
      return optionsType(type.fields);
    case "nullable":
      return ctyTypeOf(type.type);
  }
}

/**
 * A map when all options have one type. For a dynamic argument that is null, OpenTofu (such as 1.12) does not call the
 * function, and the result stays unknown for ever. This is why texts and flags together are also a map.
 */
function optionsType(fields: Fields): CtyType {
  if (travelAsTexts(fields)) return ctyMap(ctyString);
  const [first, ...others] = Object.values(fields).map(ctyTypeOf);
  const uniform = first !== undefined && others.every((other) => typeJson(other) === typeJson(first));
  return uniform ? ctyMap(first) : ctyDynamic;
}

/** Whether options that are texts and flags come as a map of texts: hosts convert true and false to texts. */
export function travelAsTexts(fields: Fields): boolean {
  const kinds = new Set(Object.values(fields).map(({ kind }) => kind));
  return kinds.size === 2 && kinds.has("text") && kinds.has("bool");
}
