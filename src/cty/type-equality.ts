/** Comparing cty types. Source: go-cty `cty/type.go`, `cty/type_conform.go`. */
import { attributeTable } from "./attribute-table.ts";
import type { CtyType } from "./type.ts";

/** Whether two types are the same, dynamic only the same as dynamic. */
export function equalTypes(a: CtyType, b: CtyType): boolean {
  return a === b || matches(a, b, equalTypes);
}

/** Whether a value of type `given` can stand where `wanted` is asked for: as equal, but dynamic takes anything. */
export function conformsTo(given: CtyType, wanted: CtyType): boolean {
  return wanted.kind === "dynamic" || given === wanted || matches(given, wanted, conformsTo);
}

function matches(a: CtyType, b: CtyType, inner: (a: CtyType, b: CtyType) => boolean): boolean {
  switch (a.kind) {
    case "list":
    case "set":
    case "map":
      return b.kind === a.kind && inner(a.element, b.element);
    case "tuple":
      return b.kind === "tuple" && matchesAll(a.elements, b.elements, inner);
    case "object": {
      if (b.kind !== "object") return false;
      const left = attributeTable(a);
      const right = attributeTable(b);
      return left.names.every((name) => right.byName.has(name)) && matchesAll(left.types, right.types, inner);
    }
    default:
      return a.kind === b.kind;
  }
}

function matchesAll(
  a: readonly CtyType[],
  b: readonly CtyType[],
  inner: (a: CtyType, b: CtyType) => boolean,
): boolean {
  if (a.length !== b.length) return false;
  return a.every((type, i) => {
    const other = b[i];
    return other !== undefined && inner(type, other);
  });
}
