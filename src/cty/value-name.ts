/** Names of values for error messages. */
import { CtyUnknown } from "./unknown.ts";
import { CtyDecimal, CtyDynamicValue, type CtyValue } from "./value.ts";

/** What a value is, whatever a program gave: "a string", "a list of 3", "undefined". */
export function nameOfValue(value: CtyValue | undefined): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return `a list of ${value.length}`;
  if (value instanceof Map) return `a map of ${value.size}`;
  if (value instanceof CtyUnknown) return "an unknown value";
  if (value instanceof CtyDynamicValue) return "a value with its type";
  if (value instanceof CtyDecimal || typeof value === "bigint") return "a number";
  switch (typeof value) {
    case "string":
      return "a string";
    case "boolean":
      return "a bool";
    case "number":
      return "a number";
    default:
      return "something that is no value";
  }
}
