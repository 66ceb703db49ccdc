import { describe, expect, it } from "vitest";
import { CtyDecimal } from "../../src/cty/number.ts";
import { ctyNumberOf, doubleOf } from "../../src/framework/number.ts";

describe("doubleOf", () => {
  it.each([
    ["a small whole number", 7, 7],
    ["a fraction that a double holds", 1.5, 1.5],
    ["a fraction as it is written", new CtyDecimal("0.8"), 0.8],
    ["a negative fraction as it is written", new CtyDecimal("-0.1"), -0.1],
    ["a very small fraction", new CtyDecimal("0.0000001"), 1e-7],
    ["a whole number beyond 2^53 that a double holds", 2n ** 60n, 2 ** 60],
  ])("takes %s", (_what, value, double) => {
    expect(doubleOf(value)).toBe(double);
  });

  it.each([
    ["infinity", Number.POSITIVE_INFINITY],
    ["a whole number that no double holds", 2n ** 53n + 1n],
    ["a whole number larger than every double", 10n ** 400n],
    ["a fraction with more digits than a double has", new CtyDecimal("0.12345678901234567890")],
    ["a fraction between two doubles", new CtyDecimal("0.80000000000000001")],
  ])("refuses %s", (_what, value) => {
    expect(doubleOf(value)).toBeNull();
  });
});

describe("ctyNumberOf", () => {
  it.each([
    [0, 0],
    [-0, 0],
    [7, 7],
    [1.5, 1.5],
    [0.8, new CtyDecimal("0.8")],
    [1e-7, new CtyDecimal("0.0000001")],
    [2 ** 53, 2n ** 53n],
  ])("takes the double %d for the decimal that it prints as", (double, number) => {
    expect(ctyNumberOf(double)).toStrictEqual(number);
  });
});
