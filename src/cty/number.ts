/**
 * Numbers without loss: text ↔ number, bigint or CtyDecimal.
 * Every number has exactly one form (see the table in `value.ts`), so equal numbers are written as equal bytes.
 */
import {
  type Decimal,
  exactDouble,
  fixedText,
  fromDoubleBits,
  PRECISION,
  shortestDecimal,
  toBinary,
  trimEnd,
} from "./big-float.ts";
import { Fault, mismatch } from "./error.ts";
import { MAX_NUMBER_DIGITS } from "./limits.ts";

/** A number that no double holds exactly, such as 0.8 as written in a configuration: kept as its decimal text. */
export class CtyDecimal {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

export type CtyNumber = number | bigint | CtyDecimal;

const DECIMAL = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,9}))?$/;
const INFINITY = /^([+-]?)[iI]nf$/;

/** 512 bits distinguish all decimals with up to this many digits. */
const DIGITS_KEPT = 153;

/**
 * Reads a decimal number. Exponents and go-cty's `Inf` are accepted.
 * @throws Fault when it is no number, or would be longer than MAX_NUMBER_DIGITS.
 */
export function parseNumber(text: string): CtyNumber {
  const infinity = INFINITY.exec(text);
  if (infinity !== null) return infinity[1] === "-" ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  return fromDecimal(parseDecimal(text));
}

/** No message contains the text: it may be anything, even a password in the wrong place. */
function parseDecimal(text: string): Decimal {
  if (text.length > MAX_NUMBER_DIGITS + 16) return tooLong();
  const match = DECIMAL.exec(text);
  const whole = match?.[2] ?? "";
  const fraction = match?.[3] ?? "";
  if (match === null || whole + fraction === "") return mismatch("the text is not a number");
  const all = whole + fraction;
  const significant = trimEnd(all.slice(leadingZeros(all)), "0");
  if (significant === "") return { negative: false, digits: "", point: 0 };
  const point = whole.length - leadingZeros(all) + Number(match[4] ?? 0);
  const written = Math.max(significant.length, point, significant.length - point);
  if (written > MAX_NUMBER_DIGITS) return tooLong();
  return { negative: match[1] === "-", digits: significant, point };
}

function tooLong(): never {
  throw new Fault("limit", `the number is longer than ${MAX_NUMBER_DIGITS} digits`);
}

function leadingZeros(digits: string): number {
  let count = 0;
  while (digits[count] === "0") count++;
  return count;
}

/** The only form of a decimal, after rounding to go-cty's precision. */
function fromDecimal(decimal: Decimal): CtyNumber {
  if (decimal.digits === "") return 0;
  const quick = fromFewDigits(decimal);
  if (quick !== undefined) return quick;
  const whole = decimal.point >= decimal.digits.length;
  const short = decimal.digits.length <= DIGITS_KEPT;
  if (whole && short) return fromInteger(BigInt(fixedText(decimal)));
  const binary = toBinary(decimal);
  if (binary.exponent >= 0) {
    const digits = shortestDecimal(binary, PRECISION);
    return fromInteger(BigInt(fixedText({ negative: decimal.negative, ...digits })));
  }
  const double = exactDouble(binary);
  if (double !== undefined) return decimal.negative ? -double : double;
  if (short) return new CtyDecimal(fixedText(decimal));
  return new CtyDecimal(fixedText({ negative: decimal.negative, ...shortestDecimal(binary, PRECISION) }));
}

/** The same without long arithmetic, for numbers as people write them, such as 0.8. */
function fromFewDigits({ negative, digits, point }: Decimal): CtyNumber | undefined {
  const fraction = digits.length - point;
  if (digits.length > 15 || fraction <= 0 || fraction > 22) return undefined;
  // Digits and power of ten are exact in a double. A fraction is finite in binary only if the digits contain all fives
  // of the power of ten.
  if (Number(digits) % 5 ** fraction !== 0) return new CtyDecimal(fixedText({ negative, digits, point }));
  const value = Number(digits) / 10 ** fraction;
  return negative ? -value : value;
}

/** The only form of a whole number: `number` when it is a safe integer. */
export function fromInteger(value: bigint): number | bigint {
  const double = Number(value);
  return Number.isSafeInteger(double) ? double : value;
}

/**
 * The only form of a double. Negative zero becomes zero, as in OpenTofu.
 * @throws Fault for NaN, which is no cty number.
 */
export function fromDouble(value: number): number | bigint {
  if (Number.isNaN(value)) return mismatch("not a number (NaN)");
  if (!Number.isInteger(value)) return value;
  return Number.isSafeInteger(value) ? value + 0 : BigInt(value);
}

/**
 * The only form of any number that a program made. A whole double beyond 2^53 becomes a bigint, a CtyDecimal of "1.50"
 * the number 1.5, and a whole number beyond 512 bits is rounded.
 * @throws Fault for NaN and for a CtyDecimal that is no decimal number.
 */
export function canonicalNumber(value: CtyNumber): CtyNumber {
  if (typeof value === "number") return fromDouble(value);
  if (typeof value === "bigint") {
    const safe = fromInteger(value);
    return typeof safe === "number" || isInt64(safe) ? safe : parseNumber(value.toString());
  }
  return parseNumber(value.text);
}

/** Whether a whole number fits into a signed integer of 64 bits. */
export function isInt64(value: bigint): boolean {
  return BigInt.asIntN(64, value) === value;
}

/** A number in its only form, as text without an exponent, like in go-cty's JSON. */
export function numberText(value: CtyNumber): string {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "number") return value.text;
  if (Number.isInteger(value)) return BigInt(value).toString();
  if (!Number.isFinite(value)) return value > 0 ? "Inf" : "-Inf";
  // Not String(value): at powers of two and below 2^-1022, Go and JavaScript differ in the last digit.
  return fixedText({ negative: value < 0, ...shortestDecimal(fromDoubleBits(Math.abs(value)), 53) });
}
