import { describe, expect, it } from "vitest";
import { CtyDecimal } from "../../src/cty/number.ts";
import { ctyBool, ctyMap, ctyObject, ctyString } from "../../src/cty/type.ts";
import { CtyUnknown, UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import { argumentValue } from "../../src/framework/argument.ts";
import { Diagnostics } from "../../src/framework/diagnostics.ts";
import { path } from "../../src/framework/path.ts";
import {
  bool,
  checked,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  options,
  set,
  text,
  type ValueType,
} from "../../src/framework/type.ts";
import { notEmpty, oneOf } from "../../src/framework/validator.ts";

function read(type: ValueType, value: CtyValue) {
  const diagnostics = new Diagnostics();
  const converted = argumentValue(type, value, path("a"), diagnostics);
  return { converted, diagnostics: [...diagnostics] };
}

const members = (entries: { readonly [name: string]: CtyValue }) => new Map(Object.entries(entries));
const hostpci = options({ pcie: bool, rombar: bool });
const colour = checked(text, oneOf("red", "green"));

describe("argumentValue", () => {
  it.each<readonly [string, ValueType, CtyValue, unknown]>([
    ["text", text, "x", "x"],
    ["a bool", bool, false, false],
    ["a number", number, 1.5, 1.5],
    ["a decimal", number, new CtyDecimal("0.8"), 0.8],
    ["an integer", integer, -3, -3],
    ["a list", list(text), ["a", "b"], ["a", "b"]],
    ["an empty list", list(text), [], []],
    ["a set", set(integer), [1, 2], [1, 2]],
    ["a map with any key", map(bool), new Map([["__proto__", true]]), new Map([["__proto__", true]])],
    ["an object", object({ a: text, b: bool }), members({ b: true, a: "x" }), { a: "x", b: true }],
    ["null where it may be", nullable(text), null, null],
    ["a value where null may be", nullable(text), "x", "x"],
    ["null in an object", object({ a: nullable(text) }), members({ a: null }), { a: null }],
    [
      "options, of which some are left out",
      hostpci,
      new CtyDynamicValue(ctyObject({ pcie: ctyBool }), members({ pcie: false })),
      { pcie: false, rombar: null },
    ],
    [
      "options written as a map",
      hostpci,
      new CtyDynamicValue(ctyMap(ctyBool), members({ rombar: true })),
      { pcie: null, rombar: true },
    ],
  ])("reads %s", (_what, type, value, expected) => {
    expect(read(type, value)).toStrictEqual({ converted: expected, diagnostics: [] });
  });

  it.each<readonly [string, ValueType, CtyValue, string, string, ReturnType<typeof path>]>([
    ["a bool for text", text, true, "Invalid Value", "a must be text.", path("a")],
    ["text for a bool", bool, "true", "Invalid Value", "a must be true or false.", path("a")],
    ["text for a number", number, "1", "Invalid Value", "a must be a number.", path("a")],
    ["text for a list", list(text), "x", "Invalid Value", "a must be a list.", path("a")],
    ["a list for a map", map(text), [], "Invalid Value", "a must be a map.", path("a")],
    ["text for an object", object({ b: text }), "x", "Invalid Value", "a must be an object.", path("a")],
    ["null", text, null, "Null Value", "a is null. Leave it out, or give it a value.", path("a")],
    [
      "a null element",
      list(text),
      ["x", null],
      "Null Value",
      "a[1] is null. Leave it out, or give it a value.",
      path("a", 1),
    ],
    [
      "a null in a map",
      map(text),
      new Map([["k", null]]),
      "Null Value",
      'a["k"] is null. Leave it out, or give it a value.',
      path("a", { key: "k" }),
    ],
    [
      "a null in a set",
      set(text),
      [null],
      "Null Value",
      "a is null. Leave it out, or give it a value.",
      path("a"),
    ],
    [
      "a null member",
      list(object({ b: text })),
      [members({ b: null })],
      "Null Value",
      "a[0].b is null. Leave it out, or give it a value.",
      path("a", 0, "b"),
    ],
    ["a fraction", integer, 1.5, "Invalid Number", "a is 1.5, and must be a whole number.", path("a")],
    [
      "a written fraction",
      integer,
      new CtyDecimal("0.8"),
      "Invalid Number",
      "a is 0.8, and must be a whole number.",
      path("a"),
    ],
    [
      "a whole number that is too large",
      integer,
      2n ** 60n,
      "Invalid Number",
      "a is 1152921504606846976, which is larger or more precise than the provider can handle.",
      path("a"),
    ],
    [
      "a number that no double holds",
      number,
      new CtyDecimal("0.12345678901234567890"),
      "Invalid Number",
      "a is 0.12345678901234567890, which is larger or more precise than the provider can handle.",
      path("a"),
    ],
    [
      "an option that does not exist",
      hostpci,
      new CtyDynamicValue(ctyObject({ xvga: ctyBool }), members({ xvga: true })),
      "Unknown Option",
      'a has no option "xvga". Its options are pcie, rombar.',
      path("a"),
    ],
    [
      "an option of another type",
      hostpci,
      new CtyDynamicValue(ctyObject({ pcie: ctyString }), members({ pcie: "yes" })),
      "Invalid Value",
      "a.pcie must be true or false.",
      path("a", "pcie"),
    ],
    [
      "an option that is nearly one",
      hostpci,
      new CtyDynamicValue(ctyObject({ rombra: ctyBool }), members({ rombra: true })),
      "Unknown Option",
      'a has no option "rombra". Did you mean rombar? Its options are pcie, rombar.',
      path("a"),
    ],
    [
      "a flag among texts that is none",
      options({ mdev: text, pcie: bool }),
      members({ mdev: "x", pcie: "yes" }),
      "Invalid Value",
      "a.pcie must be true or false.",
      path("a", "pcie"),
    ],
    [
      "options that are no object",
      hostpci,
      new CtyDynamicValue(ctyString, "x"),
      "Invalid Value",
      "a must be an object.",
      path("a"),
    ],
    [
      "null for options",
      hostpci,
      new CtyDynamicValue(ctyString, null),
      "Null Value",
      "a is null. Leave it out, or give it a value.",
      path("a"),
    ],
    [
      "an element that its validator refuses",
      list(colour),
      ["red", "blue"],
      "Invalid Value",
      'a[1] is "blue", which is none of the values it can have: "red", "green".',
      path("a", 1),
    ],
    [
      "a list that its validator refuses",
      checked(list(text), notEmpty()),
      [],
      "Empty Value",
      "a is empty, and nothing could ever match it. Leave the argument out to set no limit.",
      path("a"),
    ],
  ])("refuses %s, and says where", (_what, type, value, summary, detail, at) => {
    const { converted, diagnostics } = read(type, value);
    expect(diagnostics).toEqual([{ severity: "error", summary, detail, path: at }]);
    expect(converted).toBeInstanceOf(CtyUnknown);
  });

  it("finds every mistake in one go", () => {
    const { diagnostics } = read(list(colour), ["blue", null, "black"]);
    expect(diagnostics.map(({ path: at }) => at)).toEqual([path("a", 0), path("a", 1), path("a", 2)]);
  });

  it("has no trouble with as many mistakes as a list has elements", () => {
    const { diagnostics } = read(list(colour), new Array(200_000).fill("blue"));
    expect(diagnostics).toHaveLength(200_000);
  });

  it("passes an unknown on with what is known of it", () => {
    const unknown = new CtyUnknown({ nullness: "not-null", stringPrefix: "https://" });
    expect(read(colour, unknown)).toStrictEqual({ converted: unknown, diagnostics: [] });
  });

  it.each<readonly [string, ValueType, CtyValue]>([
    ["list", list(text), ["x", UNKNOWN]],
    ["set", set(text), [UNKNOWN, "x"]],
    ["map", map(text), new Map([["k", UNKNOWN]])],
    ["object", object({ b: text }), members({ b: UNKNOWN })],
    ["list of objects", list(object({ b: text })), [members({ b: UNKNOWN })]],
    ["options", hostpci, new CtyDynamicValue(ctyObject({ pcie: ctyBool }), members({ pcie: UNKNOWN }))],
  ])("takes a %s with an unknown inside for unknown, but there", (_kind, type, value) => {
    expect(read(type, value)).toStrictEqual({
      converted: new CtyUnknown({ nullness: "not-null" }),
      diagnostics: [],
    });
  });

  it("checks the known elements of a list beside unknown ones", () => {
    const { diagnostics } = read(list(colour), [UNKNOWN, "blue"]);
    expect(diagnostics.map(({ path: at }) => at)).toEqual([path("a", 1)]);
  });

  it("does not check a list as a whole while a part of it is unknown", () => {
    const seen: unknown[] = [];
    read(
      checked(list(text), (value) => seen.push(value)),
      [UNKNOWN],
    );
    expect(seen).toEqual([]);
  });

  it("checks no null where null may be", () => {
    expect(read(nullable(colour), null)).toStrictEqual({ converted: null, diagnostics: [] });
  });

  it("runs every validator of a type, the earlier ones first", () => {
    const seen: string[] = [];
    const note = (name: string) => () => {
      seen.push(name);
    };
    read(checked(checked(text, note("first")), note("second"), note("third")), "x");
    expect(seen).toEqual(["first", "second", "third"]);
  });
});
