/** Comparing cty types. Source: go-cty `cty/type.go`. */
import { attributeTable } from "./attribute-table.ts";
import type { CtyType } from "./type.ts";

/** Whether two types are the same. Dynamic is only the same as dynamic. */
export function equalTypes(a: CtyType, b: CtyType): boolean {
  if (a === b) return true;
  switch (a.kind) {
    case "list":
    case "set":
    case "map":
      return b.kind === a.kind && equalTypes(a.element, b.element);
    case "tuple":
      return b.kind === "tuple" && equalLists(a.elements, b.elements);
    case "object": {
      if (b.kind !== "object") return false;
      const left = attributeTable(a);
      const right = attributeTable(b);
      return left.names.every((name) => right.byName.has(name)) && equalLists(left.types, right.types);
    }
    default:
      return a.kind === b.kind;
  }
}

function equalLists(a: readonly CtyType[], b: readonly CtyType[]): boolean {
  if (a.length !== b.length) return false;
  return a.every((type, i) => {
    const other = b[i];
    return other !== undefined && equalTypes(type, other);
  });
}
