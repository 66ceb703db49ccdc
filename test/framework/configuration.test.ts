import { describe, expect, it } from "vitest";
import { CtyUnknown, UNKNOWN } from "../../src/cty/unknown.ts";
import type { CtyValue } from "../../src/cty/value.ts";
import { computed, nestedList, optional, required } from "../../src/framework/attribute.ts";
import {
  known,
  NotYetKnownError,
  readConfiguration,
  unknownNames,
} from "../../src/framework/configuration.ts";
import { Diagnostics, errorDiagnostic } from "../../src/framework/diagnostics.ts";
import { path } from "../../src/framework/path.ts";
import { checked, integer, list, text } from "../../src/framework/type.ts";
import { oneOf } from "../../src/framework/validator.ts";

const attributes = {
  name: required(text, ""),
  tags: optional(list(text), ""),
  rules: optional(nestedList({ port: required(integer, ""), comment: optional(text, "") }), ""),
  result: computed(text, ""),
};

function read(value: CtyValue) {
  const diagnostics = new Diagnostics();
  const values = readConfiguration(attributes, value, diagnostics);
  return { values, diagnostics: [...diagnostics] };
}

const members = (entries: { readonly [name: string]: CtyValue }) => new Map(Object.entries(entries));
const missingName = errorDiagnostic(
  "Missing Required Argument",
  "name is required, and has no value.",
  path("name"),
);

describe("readConfiguration", () => {
  it("reads arguments, leaves results out, and takes what is absent for null", () => {
    expect(read(members({ name: "x", tags: ["a"], rules: null, result: null }))).toStrictEqual({
      values: { name: "x", tags: ["a"], rules: null },
      diagnostics: [],
    });
  });

  it("reads nested attributes, of which the optional ones may be null", () => {
    const { values, diagnostics } = read(
      members({ name: "x", rules: [members({ port: 22, comment: null })] }),
    );
    expect(diagnostics).toEqual([]);
    expect(values.rules).toStrictEqual([{ port: 22, comment: null }]);
  });

  it("points into nested attributes", () => {
    const { diagnostics } = read(members({ name: "x", rules: [members({ port: null, comment: null })] }));
    expect(diagnostics).toEqual([
      errorDiagnostic(
        "Null Value",
        "rules[0].port is null. Leave it out, or give it a value.",
        path("rules", 0, "port"),
      ),
    ]);
  });

  it.each<readonly [string, CtyValue]>([
    ["an absent required argument", members({})],
    ["a required argument that is null", members({ name: null })],
    ["a configuration that is null", null],
  ])("refuses %s", (_what, value) => {
    expect(read(value).diagnostics).toEqual([missingName]);
  });

  it.each<readonly [string, CtyValue]>([
    ["a value", "x"],
    ["an unknown", UNKNOWN],
  ])("refuses %s for a result", (_what, result) => {
    expect(read(members({ name: "x", result })).diagnostics).toEqual([
      errorDiagnostic(
        "Read-Only Attribute",
        "result is a result of the read and cannot be set. Remove it from the configuration.",
        path("result"),
      ),
    ]);
  });

  it("takes an unknown configuration for unknown arguments, which are not missing", () => {
    expect(read(UNKNOWN)).toStrictEqual({
      values: { name: UNKNOWN, tags: UNKNOWN, rules: UNKNOWN },
      diagnostics: [],
    });
  });

  it("does not quote the value of a sensitive attribute, whatever a validator says", () => {
    const diagnostics = new Diagnostics();
    const token = { token: optional(checked(text, oneOf("a")), "", { sensitive: true }) };
    readConfiguration(token, members({ token: 's3cret"x' }), diagnostics);
    expect([...diagnostics]).toEqual([
      errorDiagnostic(
        "Invalid Value",
        'token is (sensitive value), which is none of the values it can have: "a".',
        path("token"),
      ),
    ]);
  });

  it("does not quote the value of a sensitive attribute in another one", () => {
    const diagnostics = new Diagnostics();
    const token = required(checked(text, oneOf("a")), "", { sensitive: true });
    const logins = { logins: optional(nestedList({ token }), "") };
    readConfiguration(logins, members({ logins: [members({ token: "s3cret" })] }), diagnostics);
    expect([...diagnostics]).toEqual([
      errorDiagnostic(
        "Invalid Value",
        'logins[0].token is (sensitive value), which is none of the values it can have: "a".',
        path("logins", 0, "token"),
      ),
    ]);
  });

  it("does not quote the elements of a sensitive list either", () => {
    const diagnostics = new Diagnostics();
    const tokens = { tokens: optional(list(checked(text, oneOf("a"))), "", { sensitive: true }) };
    readConfiguration(tokens, members({ tokens: ["s3cret"] }), diagnostics);
    expect([...diagnostics]).toEqual([
      errorDiagnostic(
        "Invalid Value",
        'tokens[0] is (sensitive value), which is none of the values it can have: "a".',
        path("tokens", 0),
      ),
    ]);
  });
});

describe("known", () => {
  it("gives back a configuration without unknowns", () => {
    const configuration = { a: "x", b: null as string | null | CtyUnknown };
    expect(known(configuration)).toBe(configuration);
  });

  it("throws the names of all attributes that are not known", () => {
    const configuration = { a: UNKNOWN, b: "x", c: new CtyUnknown({ nullness: "not-null" }) };
    expect(() => known(configuration)).toThrow(new NotYetKnownError(["a", "c"]));
    expect(unknownNames(configuration)).toEqual(["a", "c"]);
  });
});
