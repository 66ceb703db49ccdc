import { describe, expect, it } from "vitest";
import { type Budget, namesIn, requireSameNames, requireWithin } from "../support/performance/budget.ts";

const budget: Budget = {
  name: "tea",
  what: "The tea",
  unit: "cups",
  today: 8,
  most: 10,
  how: "Count the cups.",
};

describe("a budget", () => {
  it.each([10, 8, 7])("lets %d of 10 pass", (count) => {
    expect(() => requireWithin(budget, count)).not.toThrow();
  });

  it("says what grew, from what to what, and what to do", () => {
    expect(() => requireWithin(budget, 10.04)).toThrow(
      "The tea grew: from 8 cups to 10.04 cups, and 10 cups are allowed. Count the cups.\n" +
        "Find out what brought it. If it is worth that, raise `most` and `today` of tea in " +
        "test/performance/budgets.ts, and say why in the commit.",
    );
  });

  it("asks to be lowered when much less is needed", () => {
    expect(() => requireWithin(budget, 6)).toThrow(
      "The tea shrank: from 8 cups to 6 cups. Lower `most` (now 10 cups) and `today` of tea",
    );
  });

  it("does not pass what is no number", () => {
    expect(() => requireWithin(budget, Number.NaN)).toThrow("The tea grew: from 8 cups to NaN cups");
  });
});

describe("a list of names", () => {
  const list = { what: "Loaded before the handshake", file: "list.txt", advice: "Load it later." };

  it("takes the same names in any order", () => {
    expect(() => requireSameNames(list, ["a", "b"], ["b", "a"])).not.toThrow();
  });

  it("names what came, and what to do", () => {
    expect(() => requireSameNames(list, ["a"], ["a", "node:zlib"])).toThrow(
      "Loaded before the handshake, and not before:\nnode:zlib\nLoad it later. If it has to be, add this line " +
        "to list.txt, and say why in the commit.",
    );
  });

  it("names what went", () => {
    expect(() => requireSameNames(list, ["a", "b", "c"], ["b"])).toThrow(
      "Loaded before the handshake until now, and no longer:\na\nc\nStrike these lines from list.txt, so that it stays so.",
    );
  });

  it("tells both at once", () => {
    expect(() => requireSameNames(list, ["a"], ["b"])).toThrow(/and not before:\nb\n.*and no longer:\na\n/s);
  });
});

it("reads names from lines, and passes over remarks", () => {
  expect(namesIn("# remark\na\n\nb\n")).toEqual(["a", "b"]);
});
