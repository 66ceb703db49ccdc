/** What reading and writing need to know about an object type, computed once per type. */
import { compareText } from "./text-order.ts";
import type { CtyType } from "./type.ts";

export type CtyObjectType = Extract<CtyType, { kind: "object" }>;

export interface AttributeTable {
  /** In wire order: by UTF-8 bytes. */
  readonly names: readonly string[];
  /** The types, in the order of `names`. */
  readonly types: readonly CtyType[];
  /** A Map, because in a plain object `constructor` and `__proto__` would be found too. */
  readonly byName: ReadonlyMap<string, CtyType>;
  /** The object whose attributes are all null. It is shared, since a few bytes can ask for many of them. */
  readonly allNull: ReadonlyMap<string, null>;
}

const tables = new WeakMap<CtyObjectType, AttributeTable>();

/** The table of a type, made at its first use and kept as long as the type exists. */
export function attributeTable(type: CtyObjectType): AttributeTable {
  const known = tables.get(type);
  if (known !== undefined) return known;
  const entries = Object.entries(type.attributes).sort(([a], [b]) => compareText(a, b));
  const table = {
    names: entries.map(([name]) => name),
    types: entries.map(([, attribute]) => attribute),
    byName: new Map(entries),
    allNull: new Map(entries.map(([name]) => [name, null] as const)),
  };
  tables.set(type, table);
  return table;
}
