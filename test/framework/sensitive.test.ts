import { describe, expect, it } from "vitest";
import { UNKNOWN } from "../../src/cty/unknown.ts";
import type { CtyValue } from "../../src/cty/value.ts";
import { errorDiagnostic } from "../../src/framework/diagnostics.ts";
import { withoutTexts } from "../../src/framework/sensitive.ts";

describe("withoutTexts", () => {
  it.each<readonly [string, CtyValue, string, string]>([
    ["a text", "s3cret", "s3cret is wrong", "(sensitive value) is wrong"],
    ["a quoted text", 'a"b', 'it is "a\\"b"', "it is (sensitive value)"],
    ["texts in a list", ["long one", "other"], "long one, other", "(sensitive value), (sensitive value)"],
    ["texts in a map", new Map([["key", "value"]]), "key = value", "key = (sensitive value)"],
    ["a text that contains another, whole", ["s3cret", "s3cret-too"], "s3cret-too", "(sensitive value)"],
    ["a short text where it is quoted", "a", 'as "a" as can be', "as (sensitive value) as can be"],
    ["nothing that is no text", [null, 7, true, UNKNOWN, ""], "null 7 true", "null 7 true"],
  ])("takes out %s", (_what, value, detail, expected) => {
    expect(withoutTexts(errorDiagnostic("A", detail), value)).toEqual(errorDiagnostic("A", expected));
  });
});
