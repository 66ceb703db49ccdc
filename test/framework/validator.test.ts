import { describe, expect, it } from "vitest";
import { Diagnostics } from "../../src/framework/diagnostics.ts";
import { path } from "../../src/framework/path.ts";
import { atLeast, between, notEmpty, oneOf, type Validator } from "../../src/framework/validator.ts";

function problemsOf<T>(validator: Validator<T>, value: T) {
  const diagnostics = new Diagnostics();
  validator(value, path("a", 1), diagnostics);
  return [...diagnostics];
}

describe("validators", () => {
  it.each<readonly [string, Validator<never>, unknown]>([
    ["one of the texts", oneOf("red", "green"), "green"],
    ["the lowest number of a range", between(1, 300), 1],
    ["the highest number of a range", between(1, 300), 300],
    ["the lowest number", atLeast(0), 0],
    ["a list with an element", notEmpty(), [null]],
    ["a map with an element", notEmpty(), new Map([["k", 1]])],
  ])("accept %s", (_what, validator, value) => {
    expect(problemsOf(validator, value as never)).toEqual([]);
  });

  it.each<readonly [string, Validator<never>, unknown, string, string]>([
    [
      "a text that is none of them",
      oneOf("red", "green"),
      'bl"ue',
      "Invalid Value",
      'a[1] is "bl\\"ue", which is none of the values it can have: "red", "green".',
    ],
    ["less", between(1, 300), 0, "Value Out of Range", "a[1] is 0, and must be from 1 to 300."],
    ["more", between(1, 300), 301, "Value Out of Range", "a[1] is 301, and must be from 1 to 300."],
    ["less than the least", atLeast(0), -1, "Value Out of Range", "a[1] is -1, and must be at least 0."],
    [
      "an empty list",
      notEmpty(),
      [],
      "Empty Value",
      "a[1] is empty, and nothing could ever match it. Leave the argument out to set no limit.",
    ],
    [
      "an empty map",
      notEmpty(),
      new Map(),
      "Empty Value",
      "a[1] is empty, and nothing could ever match it. Leave the argument out to set no limit.",
    ],
  ])("refuse %s", (_what, validator, value, summary, detail) => {
    expect(problemsOf(validator, value as never)).toEqual([
      { severity: "error", summary, detail, path: path("a", 1) },
    ]);
  });
});
