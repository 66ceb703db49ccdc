import { expect, test } from "vitest";
import { median, quantile } from "../../../scripts/bench/statistics.ts";

test.for([
  [[3, 1, 2], 2],
  [[4, 1, 3, 2], 2.5],
  [[7], 7],
  [[], Number.NaN],
] as const)("the median of %j is %d", ([values, expected]) => {
  expect(median(values)).toBe(expected);
});

test("a quantile lies between two values when it has to", () => {
  expect(quantile([10, 20, 30, 40, 50], 0.9)).toBe(46);
  expect(quantile([10, 20, 30, 40, 50], 1)).toBe(50);
});
