import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { MAX_NUMBER_DIGITS } from "../../src/cty/limits.ts";
import {
  CtyDecimal,
  type CtyNumber,
  canonicalNumber,
  numberText,
  parseNumber,
} from "../../src/cty/number.ts";

const decimal = (text: string): CtyDecimal => new CtyDecimal(text);

describe("a number read from text", () => {
  const cases: readonly (readonly [text: string, value: CtyNumber])[] = [
    ["0", 0],
    ["-0", 0],
    ["0e999999999", 0],
    ["1", 1],
    ["+1", 1],
    ["007", 7],
    ["1.50", 1.5],
    [".5", 0.5],
    ["5.", 5],
    ["-0.25", -0.25],
    ["1e3", 1000],
    ["1500e-3", 1.5],
    ["0.1", decimal("0.1")],
    ["-0.8", decimal("-0.8")],
    ["1e-7", decimal("0.0000001")],
    ["100.010", decimal("100.01")],
    ["9007199254740991", Number.MAX_SAFE_INTEGER],
    ["9007199254740992", 2n ** 53n],
    ["-9007199254740993", -(2n ** 53n) - 1n],
    ["1e20", 10n ** 20n],
    ["1e400", 10n ** 400n],
    ["0.0000000000000000000000000000000000000000000000001", decimal(`0.${"0".repeat(48)}1`)],
    ["Inf", Number.POSITIVE_INFINITY],
    ["+inf", Number.POSITIVE_INFINITY],
    ["-Inf", Number.NEGATIVE_INFINITY],
  ];

  test.each(cases)("%s has one form", (text, value) => {
    expect(parseNumber(text)).toStrictEqual(value);
  });

  test("is the smallest double when it is exactly that", () => {
    const exact = (5n ** 1074n).toString().padStart(1074, "0");
    expect(parseNumber(`0.${exact}`)).toBe(Number.MIN_VALUE);
    expect(parseNumber(`-0.${exact}`)).toBe(-Number.MIN_VALUE);
  });

  test("is rounded to 512 bits, as go-cty does", () => {
    expect(parseNumber(`0.5${"0".repeat(200)}1`)).toBe(0.5);
    expect(parseNumber(`1${"0".repeat(160)}1`)).toBe(10n ** 161n);
  });

  test.each([
    ["", "the text is not a number"],
    ["-", "the text is not a number"],
    [".", "the text is not a number"],
    ["1e", "the text is not a number"],
    ["0x10", "the text is not a number"],
    ["1_000", "the text is not a number"],
    ["1 ", "the text is not a number"],
    ["١", "the text is not a number"],
    ["NaN", "the text is not a number"],
    ["infinity", "the text is not a number"],
    ["1e9999999999", "the text is not a number"],
    ["x".repeat(50), "the text is not a number"],
    ["1e4096", "the number is longer than 4096 digits"],
    ["1e-4097", "the number is longer than 4096 digits"],
    ["1e999999999", "the number is longer than 4096 digits"],
    ["9".repeat(5000), "the number is longer than 4096 digits"],
  ])("is refused when it is %s", (text, message) => {
    expect(() => parseNumber(text)).toThrow(message);
  });

  test("may have as many digits as the limit says", () => {
    expect(parseNumber(`1e${MAX_NUMBER_DIGITS - 1}`)).toBe(10n ** BigInt(MAX_NUMBER_DIGITS - 1));
  });
});

describe("a number that a program made", () => {
  test.each([
    [2 ** 53, 2n ** 53n],
    [1e300, BigInt(1e300)],
    [-0, 0],
    [5n, 5],
    [2n ** 64n, 2n ** 64n],
    [decimal("1.50"), 1.5],
    [decimal("2e3"), 2000],
    [decimal("0.10"), decimal("0.1")],
    [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY],
  ])("gets its one form: %s", (made, form) => {
    expect(canonicalNumber(made)).toStrictEqual(form);
  });

  test("is refused when it is NaN or no number", () => {
    expect(() => canonicalNumber(Number.NaN)).toThrow("not a number (NaN)");
    expect(() => canonicalNumber(decimal("abc"))).toThrow("the text is not a number");
  });
});

describe("a number as text", () => {
  test.each([
    [0, "0"],
    [-7, "-7"],
    [1.5, "1.5"],
    [1e-7, "0.0000001"],
    [0.1, "0.1"],
    [2n ** 70n, "1180591620717411303424"],
    [decimal("-0.8"), "-0.8"],
    [Number.POSITIVE_INFINITY, "Inf"],
    [Number.NEGATIVE_INFINITY, "-Inf"],
  ])("%s has no exponent", (value, text) => {
    expect(numberText(value)).toBe(text);
  });

  test("reads back as what it was, for every whole number and every short decimal", () => {
    const whole = fc.bigInt({ min: -(2n ** 511n), max: 2n ** 511n }).map(String);
    const short = fc
      .tuple(fc.bigInt({ min: -(10n ** 150n), max: 10n ** 150n }), fc.integer({ min: -300, max: 300 }))
      .map(([digits, exponent]) => `${digits}e${exponent}`);
    fc.assert(
      fc.property(fc.oneof(whole, short), (text) => {
        const value = parseNumber(text);
        expect(parseNumber(numberText(value))).toStrictEqual(value);
        expect(canonicalNumber(value)).toStrictEqual(value);
      }),
    );
  });

  test("is the same number again when a long decimal was rounded once", () => {
    const long = fc.tuple(fc.stringMatching(/^\d{1,400}$/), fc.stringMatching(/^\d{1,400}$/), fc.boolean());
    fc.assert(
      fc.property(long, ([before, after, negative]) => {
        const once = parseNumber(`${negative ? "-" : ""}${before}.${after}`);
        expect(canonicalNumber(once)).toStrictEqual(once);
      }),
    );
  });
});
