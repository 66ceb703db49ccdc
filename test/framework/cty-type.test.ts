import { describe, expect, it } from "vitest";
import { ctyBool, ctyDynamic, ctyList, ctyMap, ctyString } from "../../src/cty/type.ts";
import { ctyTypeOf } from "../../src/framework/cty-type.ts";
import { bool, integer, list, map, nullable, options, text } from "../../src/framework/type.ts";

describe("options on the wire", () => {
  it.each([
    ["of one type are a map", options({ pcie: bool, rombar: bool }), ctyMap(ctyBool)],
    ["of one type inside are a map", options({ a: list(text), b: list(text) }), ctyMap(ctyList(ctyString))],
    ["that are texts and flags are a map of texts", options({ mdev: text, pcie: bool }), ctyMap(ctyString)],
    ["of several types are dynamic", options({ pcie: bool, size: integer }), ctyDynamic],
    ["of several types inside are dynamic", options({ a: list(text), b: map(text) }), ctyDynamic],
    ["that may be null are the same", nullable(options({ pcie: bool })), ctyMap(ctyBool)],
  ])("%s", (_what, type, expected) => {
    expect(ctyTypeOf(type)).toEqual(expected);
  });
});
