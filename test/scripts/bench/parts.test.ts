import { describe, expect, test } from "vitest";
import { FULL, PartsError, partsOf, type Wish } from "../../../scripts/bench/parts.ts";

test("all of it, unless something is asked for", () => {
  expect(partsOf({})).toEqual(FULL);
});

describe("what is asked for", () => {
  test.each<[Wish, object]>([
    [{ sections: "start" }, { start: FULL.start }],
    [{ sections: "growth,start" }, { start: FULL.start, growth: FULL.growth }],
    [
      { plans: "3x30" },
      {
        plans: [
          { nodes: 3, functions: 30, rounds: 31, delayMs: 0 },
          { nodes: 3, functions: 30, rounds: 31, delayMs: 75 },
        ],
      },
    ],
    [
      { plans: "128x100@75,2x10@0", rounds: "2" },
      {
        plans: [
          { nodes: 128, functions: 100, rounds: 2, delayMs: 75 },
          { nodes: 2, functions: 10, rounds: 2, delayMs: 0 },
        ],
      },
    ],
    [{ plans: "2x10@0" }, { plans: [{ nodes: 2, functions: 10, rounds: 3, delayMs: 0 }] }],
    [
      { quick: true },
      {
        start: { rounds: 3 },
        plans: [{ nodes: 3, functions: 30, rounds: 3, delayMs: 0 }],
        growth: { rounds: 1, devices: [1000, 10_000] },
      },
    ],
    [{ quick: true, sections: "start", rounds: "7" }, { start: { rounds: 7 } }],
  ])("%j", (wish, parts) => {
    expect(partsOf(wish)).toEqual(parts);
  });
});

test.each<[Wish, string]>([
  [{ sections: "plan" }, 'There is no section "plan"; there are start, plans, growth.'],
  [{ sections: "" }, 'There is no section ""; there are start, plans, growth.'],
  [
    { sections: "start", plans: "3x30" },
    "--plans names sizes of the section plans, and --sections leaves it out.",
  ],
  [
    { plans: "3x30,3" },
    '"3" is no size: write nodes and functions as 3x30, or with a delay in milliseconds as 3x30@75.',
  ],
  [
    { plans: "0x30" },
    '"0x30" is no size: write nodes and functions as 3x30, or with a delay in milliseconds as 3x30@75.',
  ],
  [{ rounds: "0" }, '--rounds is "0" and must be a number from 1 to 9999.'],
  [{ rounds: "many" }, '--rounds is "many" and must be a number from 1 to 9999.'],
])("%j is refused", (wish, message) => {
  expect(() => partsOf(wish)).toThrow(new PartsError(message));
});
