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
import type { ValueType } from "./type.ts";

/** The cty type behind a type: `options` are dynamic, and whether null is allowed is no part of it. */
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
      return ctyDynamic;
    case "nullable":
      return ctyTypeOf(type.type);
  }
}
