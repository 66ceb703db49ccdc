/** cty types as a user writes them in a configuration. Source: OpenTofu, type constraints. */
import { attributeTable } from "./attribute-table.ts";
import type { CtyType } from "./type.ts";

/** For example `list(object({a=string,b=any}))`: configurations call dynamic `any`. */
export function formatType(type: CtyType): string {
  switch (type.kind) {
    case "dynamic":
      return "any";
    case "list":
    case "set":
    case "map":
      return `${type.kind}(${formatType(type.element)})`;
    case "tuple":
      return `tuple([${type.elements.map(formatType).join(",")}])`;
    case "object": {
      const { names, types } = attributeTable(type);
      const attributes = types.map(
        (attribute, i) => `${formatName(names[i] ?? "")}=${formatType(attribute)}`,
      );
      return `object({${attributes.join(",")}})`;
    }
    default:
      return type.kind;
  }
}

function formatName(name: string): string {
  // Not a constant: V8 builds the characters of such classes at once, and this is rarely needed.
  const identifier = /^[\p{ID_Start}_][\p{ID_Continue}-]*$/u;
  return identifier.test(name) ? name : JSON.stringify(name);
}
