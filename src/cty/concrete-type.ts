/**
 * The concrete types of values in places of type dynamic. A host crashes on a list whose elements have different ones.
 * Source: go-cty `cty/value_init.go` (`ListVal`, `MapVal`, `SetVal`).
 */
import { mismatch } from "./error.ts";
import { type CtyType, ctyList, ctyMap, ctyObject, ctySet, ctyTuple } from "./type.ts";
import { equalTypes } from "./type-equality.ts";
import { formatType } from "./type-format.ts";
import { CtyUnknown } from "./unknown.ts";
import { CtyDynamicValue, type CtyValue } from "./value.ts";

/**
 * Finds the concrete types of values. Use one object for each value that is read or written: it remembers what it has
 * seen. Otherwise every level of a deep value would be walked again from every level above.
 */
export class ConcreteTypes {
  readonly #seen = new WeakMap<object, { readonly type: CtyType; readonly concrete: CtyType }>();

  /**
   * Checks that all elements of a list, set or map have the same type.
   * @throws Fault that names two different types.
   */
  requireOne(values: Iterable<CtyValue>, element: CtyType): void {
    if (!hasDynamic(element)) return;
    let first: CtyType | undefined;
    for (const value of values) {
      const type = this.of(value, element);
      if (type.kind === "dynamic") continue;
      first ??= type;
      if (!equalTypes(first, type)) {
        mismatch(
          `the elements must have one type, but there are ${formatType(first)} and ${formatType(type)}`,
        );
      }
    }
  }

  /**
   * The type with every dynamic part replaced by the type of the value there. Null and unknown values leave the part
   * dynamic.
   */
  of(value: CtyValue, type: CtyType): CtyType {
    if (value === null || typeof value !== "object" || value instanceof CtyUnknown) return type;
    if (!hasDynamic(type)) return type;
    const seen = this.#seen.get(value);
    if (seen?.type === type) return seen.concrete;
    const concrete = this.#concrete(value, type);
    this.#seen.set(value, { type, concrete });
    return concrete;
  }

  #concrete(value: CtyValue, type: CtyType): CtyType {
    switch (type.kind) {
      case "dynamic":
        return value instanceof CtyDynamicValue ? this.of(value.value, value.type) : type;
      case "list":
        return ctyList(this.#element(value, type.element));
      case "set":
        return ctySet(this.#element(value, type.element));
      case "map":
        return ctyMap(this.#element(value, type.element));
      case "tuple":
        return ctyTuple(type.elements.map((element, i) => this.of(child(value, i), element)));
      case "object":
        return this.#object(value, type.attributes);
      default:
        return type;
    }
  }

  #element(value: CtyValue, element: CtyType): CtyType {
    for (const child of children(value)) {
      const type = this.of(child, element);
      if (type.kind !== "dynamic") return type;
    }
    return element;
  }

  #object(value: CtyValue, attributes: { readonly [name: string]: CtyType }): CtyType {
    const concrete: { [name: string]: CtyType } = Object.create(null);
    for (const [name, type] of Object.entries(attributes)) concrete[name] = this.of(child(value, name), type);
    return ctyObject(concrete);
  }
}

const openTypes = new WeakMap<CtyType, boolean>();

/** Whether a type has a dynamic part. */
function hasDynamic(type: CtyType): boolean {
  const known = openTypes.get(type);
  if (known !== undefined) return known;
  const open = type.kind === "dynamic" || parts(type).some(hasDynamic);
  openTypes.set(type, open);
  return open;
}

function parts(type: CtyType): readonly CtyType[] {
  if ("element" in type) return [type.element];
  if ("elements" in type) return type.elements;
  return "attributes" in type ? Object.values(type.attributes) : [];
}

function children(value: CtyValue): Iterable<CtyValue> {
  if (value instanceof Map) return value.values();
  return Array.isArray(value) ? value : [];
}

function child(value: CtyValue, key: string | number): CtyValue {
  if (value instanceof Map) return value.get(key) ?? null;
  return Array.isArray(value) ? (value[Number(key)] ?? null) : null;
}
