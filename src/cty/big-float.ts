/**
 * Decimal numbers as go-cty has them: rounded to a binary mantissa of 512 bits, and written with the fewest digits that
 * read back as the same number. Source: Go `math/big` (`Float.Parse`, `Float.Text('f', -1)`), go-cty `ParseNumberVal`.
 */

/** Mantissa bits of every number that go-cty reads from text. */
export const PRECISION = 512;

/** A decimal number: `digits` (no leading or trailing zeros; "" = zero) with the decimal point before digit 0, times 10^point. */
export interface Decimal {
  readonly negative: boolean;
  readonly digits: string;
  readonly point: number;
}

/** mantissa × 2^exponent; the mantissa is positive and odd. */
export interface Binary {
  readonly mantissa: bigint;
  readonly exponent: number;
}

/** How many bits a positive whole number has. */
function bitLength(value: bigint): number {
  const hex = value.toString(16);
  return (hex.length - 1) * 4 + (32 - Math.clz32(Number.parseInt(hex.charAt(0), 16)));
}

/** Moves the zero bits at the end of a mantissa into the exponent. */
function normalize(mantissa: bigint, exponent: number): Binary {
  const zeros = bitLength(mantissa & -mantissa) - 1;
  return { mantissa: mantissa >> BigInt(zeros), exponent: exponent + zeros };
}

/** Rounds to the nearest `PRECISION` bits, ties to even; `inexact` = there is a remainder below the last bit. */
function round(mantissa: bigint, exponent: number, inexact: boolean): Binary {
  const surplus = bitLength(mantissa) - PRECISION;
  if (surplus <= 0) return normalize(mantissa, exponent);
  const kept = mantissa >> BigInt(surplus);
  const half = 1n << BigInt(surplus - 1);
  const rest = mantissa & ((half << 1n) - 1n);
  const up = rest > half || (rest === half && (inexact || (kept & 1n) === 1n));
  return normalize(up ? kept + 1n : kept, exponent + surplus);
}

/** The binary number that is nearest to the absolute value of a nonzero decimal. */
export function toBinary(decimal: Decimal): Binary {
  const integer = BigInt(decimal.digits);
  const tens = decimal.point - decimal.digits.length;
  if (tens >= 0) return round(integer * 10n ** BigInt(tens), 0, false);
  const divisor = 10n ** BigInt(-tens);
  // At least two bits more than are kept, so that ties are recognised.
  const shift = Math.max(0, PRECISION + 2 + bitLength(divisor) - bitLength(integer));
  const dividend = integer << BigInt(shift);
  const quotient = dividend / divisor;
  return round(quotient, -shift, quotient * divisor !== dividend);
}

/** The mantissa and exponent of a double that is greater than zero and finite. */
export function fromDoubleBits(value: number): Binary {
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const biased = Number(bits >> 52n);
  const fraction = bits & 0xf_ffff_ffff_ffffn;
  return biased === 0 ? normalize(fraction, -1074) : normalize(fraction | (1n << 52n), biased - 1075);
}

/** The double that is exactly this number, or undefined. */
export function exactDouble({ mantissa, exponent }: Binary): number | undefined {
  const bits = bitLength(mantissa);
  if (bits > 53 || exponent < -1074 || exponent + bits > 1024) return undefined;
  return Number(mantissa) * 2 ** exponent;
}

/** Removes every `digit` at the end. A regular expression would take quadratic time. */
export function trimEnd(digits: string, digit: "0" | "9"): string {
  let end = digits.length;
  while (end > 0 && digits[end - 1] === digit) end--;
  return digits.slice(0, end);
}

/** The exact decimal digits of a binary number. */
function exactDigits(mantissa: bigint, exponent: number): { digits: string; point: number } {
  const integer = exponent >= 0 ? mantissa << BigInt(exponent) : mantissa * 5n ** BigInt(-exponent);
  const digits = integer.toString();
  return { digits: trimEnd(digits, "0"), point: digits.length + Math.min(exponent, 0) };
}

/** Keeps `count` digits; `up` rounds the last one up. */
function cut(digits: string, point: number, count: number, up: boolean): { digits: string; point: number } {
  if (!up) return { digits: trimEnd(digits.slice(0, count), "0"), point };
  const kept = trimEnd(digits.slice(0, count), "9");
  if (kept === "") return { digits: "1", point: point + 1 };
  const last = Number(kept.charAt(kept.length - 1)) + 1;
  return { digits: `${kept.slice(0, -1)}${last}`, point };
}

/**
 * The shortest decimal that rounds to this number at `precision` mantissa bits; if there are several, the nearest. It
 * goes digit by digit like Go's `roundShortest`, because the text has to be the same to the last digit.
 */
export function shortestDecimal(
  binary: Binary,
  precision: number,
): { readonly digits: string; readonly point: number } {
  // One bit more than the precision: then the neighbours at half a unit in the last place are whole numbers.
  const shift = precision + 1 - bitLength(binary.mantissa);
  const mantissa = binary.mantissa << BigInt(shift);
  const exponent = binary.exponent - shift;
  const exact = exactDigits(mantissa, exponent);
  const lower = exactDigits(mantissa - 1n, exponent).digits;
  const upper = exactDigits(mantissa + 1n, exponent).digits;
  const inclusive = (mantissa & 2n) === 0n;
  const { digits, point } = exact;
  for (let i = 0; i < digits.length; i++) {
    const digit = digits.charCodeAt(i);
    const low = i < lower.length ? lower.charCodeAt(i) : 0x30;
    const high = i < upper.length ? upper.charCodeAt(i) : 0x30;
    const downFits = low !== digit || (inclusive && i + 1 === lower.length);
    const upFits = digit !== high && (inclusive || digit + 1 < high || i + 1 < upper.length);
    if (downFits && upFits) return cut(digits, point, i + 1, roundsUp(digits, i + 1));
    if (downFits || upFits) return cut(digits, point, i + 1, upFits);
  }
  return exact;
}

/** Whether cutting after `count` digits rounds up: to nearest, ties to even. */
function roundsUp(digits: string, count: number): boolean {
  const next = digits.charCodeAt(count);
  if (next === 0x35 && count + 1 === digits.length) return (digits.charCodeAt(count - 1) & 1) === 1;
  return next >= 0x35;
}

/** A decimal without an exponent, as `Text('f', -1)` writes it. */
export function fixedText({ negative, digits, point }: Decimal): string {
  const sign = negative ? "-" : "";
  if (digits === "") return "0";
  if (point <= 0) return `${sign}0.${"0".repeat(-point)}${digits}`;
  if (point >= digits.length) return sign + digits + "0".repeat(point - digits.length);
  return `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}
