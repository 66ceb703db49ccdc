import { describe, expect, it } from "vitest";
import { CtyDecimal } from "../../src/cty/number.ts";
import { ctyNumber, ctyString } from "../../src/cty/type.ts";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import { computed, nestedList, optional } from "../../src/framework/attribute.ts";
import { errorDiagnostic } from "../../src/framework/diagnostics.ts";
import { holdsSensitive, withoutTexts } from "../../src/framework/sensitive.ts";
import { nullable, text } from "../../src/framework/type.ts";

describe("withoutTexts", () => {
  it.each<readonly [string, CtyValue, string, string]>([
    ["a text", "s3cret", "s3cret is wrong", "(sensitive value) is wrong"],
    ["a quoted text", 'a"b', 'it is "a\\"b"', "it is (sensitive value)"],
    ["texts in a list", ["long one", "other"], "long one, other", "(sensitive value), (sensitive value)"],
    ["texts in a map", new Map([["key", "value"]]), "key = value", "key = (sensitive value)"],
    ["a text that contains another, whole", ["s3cret", "s3cret-too"], "s3cret-too", "(sensitive value)"],
    ["a short text where it is quoted", "a", 'as "a" as can be', "as (sensitive value) as can be"],
    ["a number", 4711, "pin is 4711, and must be less", "pin is (sensitive value), and must be less"],
    [
      "a short number where it stands by itself",
      7,
      "a[7] is 7; 17, 7.5 and 27",
      "a[7] is (sensitive value); 17, 7.5 and 27",
    ],
    ["a large number", 2n ** 70n, `is ${2n ** 70n}.`, "is (sensitive value)."],
    [
      "a number with a fraction",
      new CtyDecimal("0.12345678901234567890"),
      "is 0.12345678901234567890",
      "is (sensitive value)",
    ],
    ["a negative number", -5, "is -5.", "is (sensitive value)."],
    [
      "a dynamic value",
      new CtyDynamicValue(ctyString, "s3cret"),
      "s3cret is wrong",
      "(sensitive value) is wrong",
    ],
    [
      "what is inside a dynamic value",
      [new CtyDynamicValue(ctyNumber, 4711)],
      "is 4711",
      "is (sensitive value)",
    ],
    ["nothing that is neither text nor number", [null, true, UNKNOWN, ""], "null 7 true", "null 7 true"],
  ])("takes out %s", (_what, value, detail, expected) => {
    expect(withoutTexts(errorDiagnostic("A", detail), value)).toEqual(errorDiagnostic("A", expected));
  });
});

describe("holdsSensitive", () => {
  const secret = computed(text, "", { sensitive: true });
  const plain = computed(text, "");

  it.each([
    ["a sensitive attribute", secret, true],
    ["one that is not", plain, false],
    ["one that says so", optional(text, "", { sensitive: false }), false],
    ["one with a sensitive one in it", computed(nestedList({ plain, secret }), ""), true],
    ["one with a sensitive one in what may be null", computed(nullable(nestedList({ secret })), ""), true],
    ["one with none in it", computed(nestedList({ plain }), ""), false],
  ])("knows %s", (_what, attribute, holds) => {
    expect(holdsSensitive(attribute)).toBe(holds);
  });
});
