/** Converts numbers between cty, which holds any decimal, and JavaScript, which holds doubles. */
import {
  CtyDecimal,
  type CtyNumber,
  canonicalNumber,
  fromDouble,
  numberText,
  parseNumber,
} from "../cty/number.ts";

/**
 * The double for a cty number, or null when there is none. A whole number must be held exactly. A fraction counts as
 * held when the nearest double prints the same digits: 0.8 does, although no double is exactly 0.8.
 */
export function doubleOf(value: CtyNumber): number | null {
  if (typeof value === "number") return Number.isFinite(value) ? value : null;
  const nearest = Number(value instanceof CtyDecimal ? value.text : value);
  if (!Number.isFinite(nearest)) return null;
  const held =
    typeof value === "bigint" ? BigInt(nearest) === value : numberText(ctyNumberOf(nearest)) === value.text;
  return held ? nearest : null;
}

/** The cty number for a finite double: the decimal that it prints as. */
export function ctyNumberOf(value: number): CtyNumber {
  return Number.isInteger(value) ? canonicalNumber(fromDouble(value)) : parseNumber(String(value));
}
