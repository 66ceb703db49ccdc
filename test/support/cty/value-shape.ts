/** What a value that a program made must look like before it is written as a type. All throw a Fault otherwise. */
import type { AttributeTable } from "../../../src/cty/attribute-table.ts";
import { mismatch, otherAttribute, quoteName } from "../../../src/cty/error.ts";
import { CtyDecimal, type CtyNumber } from "../../../src/cty/number.ts";
import { compareText } from "../../../src/cty/text-order.ts";
import { CtyUnknown } from "../../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../../src/cty/value.ts";

/** A text. */
export function requireString(value: CtyValue): string {
  return typeof value === "string" ? value : mismatch(`a string is required, not ${nameOfValue(value)}`);
}

/** True or false. */
export function requireBool(value: CtyValue): boolean {
  return typeof value === "boolean" ? value : mismatch(`a bool is required, not ${nameOfValue(value)}`);
}

/** A number in any of its forms. */
export function requireNumber(value: CtyValue): CtyNumber {
  if (typeof value === "number" || typeof value === "bigint" || value instanceof CtyDecimal) return value;
  return mismatch(`a number is required, not ${nameOfValue(value)}`);
}

/** The elements of a list or a set. */
export function requireElements(value: CtyValue, kind: "list" | "set"): readonly CtyValue[] {
  return isArray(value) ? value : mismatch(`a ${kind} is required, not ${nameOfValue(value)}`);
}

/** As many elements as the type has. */
export function requireTuple(value: CtyValue, length: number): readonly CtyValue[] {
  if (isArray(value) && value.length === length) return value;
  return mismatch(`a tuple of ${length} elements is required, not ${nameOfValue(value)}`);
}

/** The entries of a map in the order of the wire, their keys well-formed and still distinct. */
export function requireEntries(value: CtyValue): [string, CtyValue][] {
  if (!isMap(value)) return mismatch(`a map is required, not ${nameOfValue(value)}`);
  const entries = [...value].map(([key, element]): [string, CtyValue] => [key.toWellFormed(), element]);
  entries.sort(([a], [b]) => compareText(a, b));
  const twice = entries.find(([key], i) => key === entries[i + 1]?.[0]);
  if (twice === undefined) return entries;
  return mismatch(`the map has the key ${quoteName(twice[0])} twice once it is valid Unicode`);
}

/** The attributes of an object, no others; that none is missing shows when each is taken. */
export function requireAttributes(
  value: CtyValue,
  { names, byName }: AttributeTable,
): ReadonlyMap<string, CtyValue> {
  if (!isMap(value)) return mismatch(`an object is required, not ${nameOfValue(value)}`);
  if (value.size <= names.length) return value;
  const other = value.keys().find((name) => !byName.has(name));
  throw otherAttribute(other ?? "");
}

/** A value that brings its type along. */
export function requireDynamic(value: CtyValue): CtyDynamicValue {
  if (value instanceof CtyDynamicValue) return value;
  return mismatch(`a value with its type is required, not ${nameOfValue(value)}`);
}

/** An element or attribute that a program left out must not become null unseen. */
export function requireDefined(value: CtyValue | undefined): CtyValue {
  return value === undefined ? mismatch("a value is required, null where there is none") : value;
}

function isArray(value: CtyValue): value is readonly CtyValue[] {
  return Array.isArray(value);
}

function isMap(value: CtyValue): value is ReadonlyMap<string, CtyValue> {
  return value instanceof Map;
}

/** What a value is, whatever a program gave. */
function nameOfValue(value: CtyValue | undefined): string {
  if (value === null || value === undefined) return String(value);
  if (isArray(value)) return `a list of ${value.length}`;
  if (isMap(value)) return `a map of ${value.size}`;
  if (value instanceof CtyUnknown) return "an unknown value";
  if (value instanceof CtyDynamicValue) return "a value with its type";
  if (value instanceof CtyDecimal) return "a number";
  return NAMES.get(typeof value) ?? "something that is no value";
}

const NAMES: ReadonlyMap<string, string> = new Map([
  ["string", "a string"],
  ["boolean", "a bool"],
  ["number", "a number"],
  ["bigint", "a number"],
]);
