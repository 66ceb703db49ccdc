/**
 * cty types: the type system of OpenTofu's values on the wire. Source: github.com/zclconf/go-cty, `cty/type.go` and
 * `cty/json/type.go`.
 */

/** A cty type. On the wire an object always has all attributes; an absent value is null. */
export type CtyType =
  | { readonly kind: "string" }
  | { readonly kind: "number" }
  | { readonly kind: "bool" }
  | { readonly kind: "dynamic" }
  | { readonly kind: "list"; readonly element: CtyType }
  | { readonly kind: "set"; readonly element: CtyType }
  | { readonly kind: "map"; readonly element: CtyType }
  | { readonly kind: "tuple"; readonly elements: readonly CtyType[] }
  | { readonly kind: "object"; readonly attributes: { readonly [name: string]: CtyType } };

export const ctyString: CtyType = { kind: "string" };
export const ctyNumber: CtyType = { kind: "number" };
export const ctyBool: CtyType = { kind: "bool" };
export const ctyDynamic: CtyType = { kind: "dynamic" };

/** Values of one type, in order. */
export function ctyList(element: CtyType): CtyType {
  return { kind: "list", element };
}

/** Values of one type, without order and without duplicates. */
export function ctySet(element: CtyType): CtyType {
  return { kind: "set", element };
}

/** Values of one type, with texts as keys. */
export function ctyMap(element: CtyType): CtyType {
  return { kind: "map", element };
}

/** A fixed number of values in order, each with its own type. */
export function ctyTuple(elements: readonly CtyType[]): CtyType {
  return { kind: "tuple", elements };
}

/** Values by name, each with its own type. */
export function ctyObject(attributes: { readonly [name: string]: CtyType }): CtyType {
  return { kind: "object", attributes };
}
