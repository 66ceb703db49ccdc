/** Leaves of the untyped tree: texts, numbers, and their names for error messages. */
import { mismatch } from "./error.ts";
import type { ExpansionBudget } from "./expansion-budget.ts";
import { RawExtension, type RawInt64, type RawValue } from "./msgpack-tree.ts";
import { type CtyNumber, fromDouble, fromInteger } from "./number.ts";

/** The text, or undefined when it is none. go-cty takes text and binary for one another. */
export function rawText(raw: RawValue): string | undefined {
  if (typeof raw === "string") return raw;
  return Buffer.isBuffer(raw) ? raw.toString("utf8") : undefined;
}

/** A number in any of its encodings: integer, float, decimal text. @throws Fault when it is none. */
export function rawNumber(raw: RawValue, budget: ExpansionBudget): CtyNumber {
  if (typeof raw === "number") return fromDouble(raw);
  const text = rawText(raw);
  if (text !== undefined) return budget.number(text);
  if (isInt64(raw)) return int64(raw);
  return mismatch(`a number is required, not ${nameOf(raw)}`);
}

function int64(raw: RawInt64): number | bigint {
  const double = raw.toNumber();
  // Rounding never brings a greater number down into the safe ones.
  return Number.isSafeInteger(double) ? double : fromInteger(BigInt(raw.toString(10)));
}

function isInt64(raw: RawValue): raw is RawInt64 {
  return raw !== null && typeof raw === "object" && "toNumber" in raw;
}

/** What was sent, for an error message. */
export function nameOf(raw: RawValue): string {
  if (raw === null) return "null";
  if (Array.isArray(raw)) return `an array of ${raw.length}`;
  if (raw instanceof Map) return `a map of ${raw.size}`;
  if (raw instanceof RawExtension) return "an unknown value";
  if (rawText(raw) !== undefined) return "a text";
  return typeof raw === "boolean" ? "a bool" : "a number";
}
