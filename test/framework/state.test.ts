import { describe, expect, it } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack.ts";
import { ctyObject, ctyString } from "../../src/cty/type.ts";
import { computed, optional } from "../../src/framework/attribute.ts";
import { StateEncoder } from "../../src/framework/state.ts";
import { text } from "../../src/framework/type.ts";

describe("a state", () => {
  it("may have attributes with names that every object inherits", () => {
    const encoder = new StateEncoder({
      constructor: optional(text, ""),
      toString: computed(text, ""),
    });
    const type = ctyObject({ constructor: ctyString, toString: ctyString });
    const configuration = new Map([
      ["constructor", "given"],
      ["toString", null],
    ]);
    expect(decodeMsgpack(encoder.encode(configuration, { toString: "made" }), type)).toEqual(
      new Map([
        ["constructor", "given"],
        ["toString", "made"],
      ]),
    );
    expect(() => encoder.encode(configuration, {})).toThrow("toString is missing");
  });
});
