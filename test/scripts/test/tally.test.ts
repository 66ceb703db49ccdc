import { expect, test } from "vitest";
import { addTallies, formatTally } from "../../../scripts/test/tally.ts";

test("tallies add up", () => {
  const one = { passed: 1, failed: 2, skipped: 3 };
  expect(addTallies([one, one, one])).toEqual({ passed: 3, failed: 6, skipped: 9 });
  expect(addTallies([])).toEqual({ passed: 0, failed: 0, skipped: 0 });
});

test("the last line names what was left out only when something was", () => {
  expect(formatTally({ passed: 12, failed: 0, skipped: 0 })).toBe("12 passed, 0 failed");
  expect(formatTally({ passed: 12, failed: 1, skipped: 3 })).toBe("12 passed, 1 failed, 3 skipped");
});
