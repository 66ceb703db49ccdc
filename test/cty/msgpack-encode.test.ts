import { decode } from "msgpack-lite";
import { describe, expect, test } from "vitest";
import { CtyError } from "../../src/cty/error.ts";
import { MAX_DEPTH } from "../../src/cty/limits.ts";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { CtyDecimal } from "../../src/cty/number.ts";
import {
  type CtyType,
  ctyBool,
  ctyDynamic,
  ctyList,
  ctyMap,
  ctyNumber,
  ctyObject,
  ctySet,
  ctyString,
  ctyTuple,
} from "../../src/cty/type.ts";
import { encodeType } from "../../src/cty/type-json.ts";
import { CtyUnknown, type Refinements, UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";

const device = ctyObject({ path: ctyString, group: ctyNumber });
const hexOf = (value: CtyValue, type: CtyType): string =>
  Buffer.from(encodeMsgpack(value, type)).toString("hex");
/** What a program gives that does not keep to the types. */
const untyped = (value: unknown): CtyValue => value as CtyValue;

describe("a value written as MessagePack", () => {
  const written: readonly (readonly [name: string, value: CtyValue, type: CtyType, hex: string])[] = [
    [
      "attributes are sorted",
      new Map<string, CtyValue>([
        ["path", "p"],
        ["group", 1],
      ]),
      device,
      "82a567726f757001a470617468a170",
    ],
    [
      "map keys are sorted by code point",
      new Map([
        ["😀", true],
        ["￮", true],
        ["b", true],
        ["a", true],
      ]),
      ctyMap(ctyBool),
      "84a161c3a162c3a3efbfaec3a4f09f9880c3",
    ],
    ["a set keeps its order", ["b", "a"], ctySet(ctyString), "92a162a161"],
    ["a lone surrogate becomes U+FFFD", "\ud800x\udc00", ctyString, "a7efbfbd78efbfbd"],
    [
      "a long text with a lone surrogate too",
      `${"x".repeat(60)}\ud800`,
      ctyString,
      `d93f${"78".repeat(60)}efbfbd`,
    ],
    ["a byte order mark stays", "\ufeff", ctyString, "a3efbbbf"],
    ["negative zero is zero", -0, ctyNumber, "00"],
    ["a whole double beyond 2^53 is an integer", 2 ** 53, ctyNumber, "cf0020000000000000"],
    ["a decimal is written in its one form", new CtyDecimal("1.50"), ctyNumber, "cb3ff8000000000000"],
    ["a bigint that is small is a small integer", -1n, ctyNumber, "ff"],
    [
      "a dynamic value in a dynamic value is one",
      new CtyDynamicValue(ctyDynamic, new CtyDynamicValue(ctyBool, true)),
      ctyDynamic,
      "92c40622626f6f6c22c3",
    ],
    ["a dynamic null stays null", new CtyDynamicValue(ctyDynamic, null), ctyDynamic, "c0"],
    [
      "a null beside a typed value",
      [new CtyDynamicValue(ctyBool, true), null, UNKNOWN],
      ctyList(ctyDynamic),
      "9392c40622626f6f6c22c3c0d40000",
    ],
    [
      "the empty text among long ones",
      ["", "x".repeat(31), "y".repeat(32)],
      ctyList(ctyString),
      `93a0bf${"78".repeat(31)}d920${"79".repeat(32)}`,
    ],
  ];

  test.each(written)("%s", (_name, value, type, hex) => {
    expect(hexOf(value, type)).toBe(hex);
  });

  test("is what msgpack-lite reads, at every length at which the form changes", () => {
    const lengths = [0, 1, 15, 16, 31, 32, 47, 48, 49, 127, 128, 255, 256, 1023, 1024, 65535, 65536, 200_000];
    for (const length of lengths) {
      const texts = ["x", "ä", "日", "😀"].map((character) => character.repeat(length));
      expect(decode(Buffer.from(encodeMsgpack(texts, ctyList(ctyString))))).toStrictEqual(texts);
      const bools = new Array<boolean>(length).fill(true);
      expect(decode(Buffer.from(encodeMsgpack(bools, ctyList(ctyBool))))).toStrictEqual(bools);
      const entries = bools.map((value, i): [string, boolean] => [`k${i}`, value]);
      const object = decode(Buffer.from(encodeMsgpack(new Map(entries), ctyMap(ctyBool))));
      expect(Object.keys(object)).toHaveLength(length);
    }
  });

  test("has types of every length beside dynamic values", () => {
    const shortest = encodeType(ctyObject({ "": ctyBool })).length;
    for (const length of [255, 256, 65535, 65536]) {
      const name = "n".repeat(length - shortest);
      const type = ctyObject({ [name]: ctyBool });
      const bytes = encodeMsgpack(new CtyDynamicValue(type, new Map([[name, true]])), ctyDynamic);
      expect(decode(Buffer.from(bytes))).toStrictEqual([Buffer.from(encodeType(type)), { [name]: true }]);
      expect(decodeMsgpack(bytes, ctyDynamic)).toHaveProperty("value", new Map([[name, true]]));
    }
  });

  test("does not share its memory with the next one", () => {
    const first = encodeMsgpack("first", ctyString);
    encodeMsgpack("other", ctyString);
    expect(decodeMsgpack(first, ctyString)).toBe("first");
  });
});

describe("an unknown written as MessagePack", () => {
  const written: readonly (readonly [known: Refinements, type: CtyType, hex: string])[] = [
    [{}, ctyString, "d40000"],
    [{ nullness: "null" }, ctyString, "c7030c8101c3"],
    [{ stringPrefix: "" }, ctyString, "d40000"],
    [{ numberMin: { value: Number.NEGATIVE_INFINITY, inclusive: true } }, ctyNumber, "d40000"],
    [{ numberMax: { value: Number.POSITIVE_INFINITY, inclusive: true } }, ctyNumber, "d40000"],
    [{ numberMax: { value: new CtyDecimal("0.8"), inclusive: false } }, ctyNumber, "d70c810492a3302e38c2"],
    [{ lengthMin: 0 }, ctyList(ctyBool), "d40000"],
    [{ lengthMin: 1, lengthMax: 300 }, ctyMap(ctyBool), "c7070c82050106cd012c"],
    [{ nullness: "not-null", stringPrefix: "a" }, ctyDynamic, "d40000"],
    [{ stringPrefix: "abcdefghijklm" }, ctyString, "d80c8102ad6162636465666768696a6b6c6d"],
  ];

  test.each(written)("says what is known: %j", (known, type, hex) => {
    expect(hexOf(new CtyUnknown(known), type)).toBe(hex);
  });

  test("keeps at most 255 bytes of a longer prefix, and no half character", () => {
    const prefixOf = (stringPrefix: string): CtyValue =>
      decodeMsgpack(encodeMsgpack(new CtyUnknown({ stringPrefix }), ctyString), ctyString);
    expect(prefixOf("a".repeat(256))).toStrictEqual(new CtyUnknown({ stringPrefix: "a".repeat(256) }));
    expect(prefixOf("a".repeat(257))).toStrictEqual(new CtyUnknown({ stringPrefix: "a".repeat(255) }));
    expect(prefixOf("ä".repeat(129))).toStrictEqual(new CtyUnknown({ stringPrefix: "ä".repeat(127) }));
    expect(prefixOf(`${"a".repeat(253)}😀`)).toStrictEqual(new CtyUnknown({ stringPrefix: "a".repeat(253) }));
  });

  const refused: readonly (readonly [known: Refinements, type: CtyType, message: string])[] = [
    [{ stringPrefix: "a" }, ctyNumber, "an unknown number has no prefix"],
    [{ numberMin: { value: 1, inclusive: true } }, ctyString, "an unknown string has no bounds"],
    [{ numberMin: { value: Number.NaN, inclusive: true } }, ctyNumber, "not a number (NaN)"],
    [{ lengthMin: 1 }, ctyTuple([]), "an unknown tuple has no length"],
    [{ lengthMin: -1 }, ctyList(ctyBool), "the length of an unknown is a whole number from 0 on"],
    [{ lengthMax: 1.5 }, ctyList(ctyBool), "the length of an unknown is a whole number from 0 on"],
    [
      {
        numberMin: { value: 10n ** 1100n + 1n, inclusive: true },
        numberMax: { value: 7n ** 1300n, inclusive: true },
      },
      ctyNumber,
      "too much is known about an unknown value",
    ],
  ];

  test.each(refused.map(([known, type, message]) => ({ known, type, message })))(
    "is refused: $message",
    ({ known, type, message }) => {
      expect(() => encodeMsgpack(new CtyUnknown(known), type)).toThrow(new CtyError("mismatch", message));
    },
  );
});

describe("a value that does not fit its type", () => {
  const refused: readonly (readonly [name: string, value: unknown, type: CtyType, message: string])[] = [
    ["a number as string", 1, ctyString, "a string is required, not a number"],
    ["a string as number", "1", ctyNumber, "a number is required, not a string"],
    ["a string as bool", "true", ctyBool, "a bool is required, not a string"],
    ["NaN", Number.NaN, ctyNumber, "not a number (NaN)"],
    ["a decimal that is none", new CtyDecimal("1,5"), ctyNumber, "the text is not a number"],
    ["undefined", undefined, ctyString, "a string is required, not undefined"],
    ["a function", () => true, ctyBool, "a bool is required, not something that is no value"],
    [
      "a plain object",
      { path: "p", group: 1 },
      device,
      "an object is required, not something that is no value",
    ],
    ["a map as list", new Map(), ctyList(ctyBool), "a list is required, not a map of 0"],
    ["a list as set of another kind", "x", ctySet(ctyBool), "a set is required, not a string"],
    ["a list as map", [], ctyMap(ctyBool), "a map is required, not a list of 0"],
    ["a short tuple", [], ctyTuple([ctyBool]), "a tuple of 1 elements is required, not a list of 0"],
    ["a bare value as dynamic", "x", ctyDynamic, "a value with its type is required, not a string"],
    [
      "a typed value as string",
      new CtyDynamicValue(ctyString, "x"),
      ctyString,
      "a string is required, not a value with its type",
    ],
    ["an element", ["a", 1n], ctyList(ctyString), "[1]: a string is required, not a number"],
    [
      "a hole in a list",
      [undefined, true],
      ctyList(ctyBool),
      "[0]: a value is required, null where there is none",
    ],
    ["an element of a set", [true, "x"], ctySet(ctyBool), "a bool is required, not a string"],
    [
      "an element of a map",
      new Map([["k", 1]]),
      ctyMap(ctyString),
      '["k"]: a string is required, not a number',
    ],
    [
      "an element of a tuple",
      [true, true],
      ctyTuple([ctyBool, ctyString]),
      "[1]: a string is required, not a bool",
    ],
    [
      "an attribute",
      [
        new Map<string, unknown>([
          ["path", 3],
          ["group", 1],
        ]),
      ],
      ctyList(device),
      "[0].path: a string is required, not a number",
    ],
    [
      "a missing attribute",
      new Map([["path", "p"]]),
      device,
      "group: a value is required, null where there is none",
    ],
    [
      "an attribute left undefined",
      new Map([
        ["path", "p"],
        ["group", undefined],
      ]),
      device,
      "group: a value is required, null where there is none",
    ],
    [
      "another attribute instead",
      new Map([
        ["path", "p"],
        ["bus", "b"],
      ]),
      device,
      "group: a value is required, null where there is none",
    ],
    [
      "one attribute more",
      new Map([
        ["path", "p"],
        ["group", "g"],
        ["bus", "b"],
      ]),
      device,
      'the object has no attribute "bus"',
    ],
    [
      "the value of a dynamic",
      [new CtyDynamicValue(ctyBool, "x")],
      ctyTuple([ctyDynamic]),
      "[0]: a bool is required, not a string",
    ],
    [
      "keys that become one",
      new Map([
        ["\ud800", true],
        ["\udc00", true],
      ]),
      ctyMap(ctyBool),
      'the map has the key "\ufffd" twice once it is valid Unicode',
    ],
    [
      "elements of different types",
      [new CtyDynamicValue(ctyBool, true), new CtyDynamicValue(ctyString, "")],
      ctyList(ctyDynamic),
      "the elements must have one type, but there are bool and string",
    ],
    [
      "map elements of different types",
      new Map([
        ["a", new CtyDynamicValue(ctyBool, true)],
        ["b", new CtyDynamicValue(ctyString, "")],
      ]),
      ctyMap(ctyDynamic),
      "the elements must have one type, but there are bool and string",
    ],
    [
      "elements with different types inside",
      [[new CtyDynamicValue(ctyBool, true)], []],
      ctyList(ctyList(ctyDynamic)),
      "the elements must have one type, but there are list(bool) and list(any)",
    ],
    [
      "objects with different types inside",
      [
        new Map([["v", new CtyDynamicValue(ctyBool, true)]]),
        new Map([["v", new CtyDynamicValue(ctyNumber, 1)]]),
      ],
      ctySet(ctyObject({ v: ctyDynamic })),
      "the elements must have one type, but there are object({v=bool}) and object({v=number})",
    ],
    [
      "tuples with different types inside",
      [[new CtyDynamicValue(ctyBool, true)], [new CtyDynamicValue(ctyMap(ctyBool), new Map())]],
      ctyList(ctyTuple([ctyDynamic])),
      "the elements must have one type, but there are tuple([bool]) and tuple([map(bool)])",
    ],
  ];

  test.each(refused)("is refused with its path: %s", (_name, value, type, message) => {
    expect(() => encodeMsgpack(untyped(value), type)).toThrow(
      expect.objectContaining({ name: "CtyError", code: "mismatch", message, offset: undefined }),
    );
  });

  test("is refused when it is nested deeper than it could be read", () => {
    const nest = (depth: number): CtyDynamicValue => {
      let [type, value]: [CtyType, CtyValue] = [ctyBool, true];
      for (let i = 0; i < depth; i++) [type, value] = [ctyTuple([type]), [value]];
      return new CtyDynamicValue(type, value);
    };
    const deepest = nest(MAX_DEPTH - 1);
    expect(decodeMsgpack(encodeMsgpack(deepest, ctyDynamic), ctyDynamic)).toStrictEqual(deepest);
    expect(() => encodeMsgpack(nest(MAX_DEPTH), ctyDynamic)).toThrow(
      expect.objectContaining({ code: "limit", problem: "nested deeper than 256 levels" }),
    );
  });
});
