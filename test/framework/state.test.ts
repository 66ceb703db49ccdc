import { describe, expect, it } from "vitest";
import { computed, optional } from "../../src/framework/attribute.ts";
import { type EncodedValue, encodedMembers } from "../../src/framework/encoded-value.ts";
import { StateEncoder } from "../../src/framework/state.ts";
import { integer, number, text } from "../../src/framework/type.ts";

const msgpack = (hex: string): EncodedValue => ({
  msgpack: Buffer.from(hex.replaceAll(" ", ""), "hex"),
  json: new Uint8Array(),
});
/** "constructor" and "toString" as MessagePack. */
const [CONSTRUCTOR, TO_STRING] = ["ab636f6e7374727563746f72", "a8746f537472696e67"];

describe("a state", () => {
  const encoder = new StateEncoder({
    size: optional(number, ""),
    tags: optional(text, ""),
    found: computed(integer, ""),
  });
  const stateOf = (configuration: EncodedValue | undefined): string =>
    Buffer.from(encoder.encode(encodedMembers(configuration), { found: 7 })).toString("hex");
  const FOUND = "a5666f756e64";
  const SIZE = "a473697a65";
  const TAGS = "a474616773";

  it("has the bytes of its arguments as they came, whatever form the host gave them, and sorts its members", () => {
    for (const size of ["07", "cc07", "d30000000000000007", "cb401c000000000000", "a137", "c40137", "c0"]) {
      for (const tags of [
        "a161",
        "d90161",
        "da000161",
        "c40161",
        "92a16180",
        "82a161c0a162d40000",
        "c7030c8101c2",
      ]) {
        const configuration = msgpack(`83 ${TAGS} ${tags} ${FOUND} c0 ${SIZE} ${size}`);
        expect(stateOf(configuration)).toBe(`83${FOUND}07${SIZE}${size}${TAGS}${tags}`);
      }
    }
  });

  it.each([
    ["absent", undefined],
    ["empty", msgpack("")],
    ["null", msgpack("c0")],
    ["the empty map", msgpack("80")],
  ])("has null for every argument where the configuration is %s", (_what, configuration) => {
    expect(stateOf(configuration)).toBe(`83${FOUND}07${SIZE}c0${TAGS}c0`);
  });

  it("finds the arguments under names in every form, and in a piece of a larger buffer", () => {
    const bytes = Buffer.from(`ffde0002d904${TAGS.slice(2)}a161c404${SIZE.slice(2)}01ff`, "hex").subarray(
      1,
      -1,
    );
    expect(stateOf({ msgpack: bytes, json: new Uint8Array() })).toBe(`83${FOUND}07${SIZE}01${TAGS}a161`);
  });

  it("may have attributes with names that every object inherits", () => {
    const inherited = new StateEncoder({ constructor: optional(text, ""), toString: computed(text, "") });
    const configuration = encodedMembers(msgpack(`82 ${CONSTRUCTOR} a5676976656e ${TO_STRING} c0`));
    expect(Buffer.from(inherited.encode(configuration, { toString: "made" })).toString("hex")).toBe(
      `82${CONSTRUCTOR}a5676976656e${TO_STRING}a46d616465`,
    );
    expect(() => inherited.encode(configuration, {})).toThrow("toString is missing");
    expect(Buffer.from(inherited.encode(new Map(), { toString: "" })).toString("hex")).toBe(
      `82${CONSTRUCTOR}c0${TO_STRING}a0`,
    );
  });
});
