import { describe, expect, test } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { CtyDecimal } from "../../src/cty/number.ts";
import {
  type CtyType,
  ctyBool,
  ctyDynamic,
  ctyList,
  ctyNumber,
  ctyObject,
  ctySet,
  ctyString,
} from "../../src/cty/type.ts";
import { CtyUnknown, UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";

/** Bytes that hosts send, and what they mean. */
const vectors: readonly (readonly [name: string, hex: string, type: CtyType, value: CtyValue])[] = [
  ["a string", "a568656c6c6f", ctyString, "hello"],
  ["the empty string", "a0", ctyString, ""],
  ["null", "c0", ctyString, null],
  ["an unknown", "d40000", ctyString, UNKNOWN],
  ["true", "c3", ctyBool, true],
  ["false", "c2", ctyBool, false],
  ["1", "01", ctyNumber, 1],
  ["1.5", "cb3ff8000000000000", ctyNumber, 1.5],
  ["0.8, which no double holds", "a3302e38", ctyNumber, new CtyDecimal("0.8")],
  ["the greatest int64", "cf7fffffffffffffff", ctyNumber, 2n ** 63n - 1n],
  ["the least int64", "d38000000000000000", ctyNumber, -(2n ** 63n)],
  ["2^63", "b339323233333732303336383534373735383038", ctyNumber, 2n ** 63n],
  ["infinity", "cb7ff0000000000000", ctyNumber, Number.POSITIVE_INFINITY],
  ["minus infinity", "cbfff0000000000000", ctyNumber, Number.NEGATIVE_INFINITY],
  ["a dynamic bool", "92c40622626f6f6c22c3", ctyDynamic, new CtyDynamicValue(ctyBool, true)],
  [
    "a dynamic list",
    "92c4115b226c697374222c22737472696e67225d91a568656c6c6f",
    ctyDynamic,
    new CtyDynamicValue(ctyList(ctyString), ["hello"]),
  ],
  [
    "a dynamic null with a type",
    "92c40822737472696e6722c0",
    ctyDynamic,
    new CtyDynamicValue(ctyString, null),
  ],
  ["a dynamic null", "c0", ctyDynamic, null],
  ["a dynamic unknown", "d40000", ctyDynamic, UNKNOWN],
  ["a list with an unknown", "91d40000", ctyList(ctyString), [UNKNOWN]],
  ["a set with an unknown", "91d40000", ctySet(ctyString), [UNKNOWN]],
  [
    "an object",
    "81a86772656574696e67a568656c6c6f",
    ctyObject({ greeting: ctyString }),
    new Map([["greeting", "hello"]]),
  ],
  [
    "an object of nulls",
    "82a161c0a162c0",
    ctyObject({ a: ctyString, b: ctyString }),
    new Map([
      ["a", null],
      ["b", null],
    ]),
  ],
  ["128", "cc80", ctyNumber, 128],
  ["256", "cd0100", ctyNumber, 256],
  ["65536", "ce00010000", ctyNumber, 65536],
  ["2^32", "cf0000000100000000", ctyNumber, 2 ** 32],
  ["2^53+1", "cf0020000000000001", ctyNumber, 2n ** 53n + 1n],
  ["-1", "ff", ctyNumber, -1],
  ["-33", "d0df", ctyNumber, -33],
  ["-129", "d1ff7f", ctyNumber, -129],
  ["-40000", "d2ffff63c0", ctyNumber, -40000],
  ["-2^31-1", "d3ffffffff7fffffff", ctyNumber, -(2 ** 31) - 1],
  ["1e20", "b5313030303030303030303030303030303030303030", ctyNumber, 10n ** 20n],
  ["1e-7", "a9302e30303030303031", ctyNumber, new CtyDecimal("0.0000001")],
  ["an unknown that is not null", "c7030c8101c2", ctyBool, new CtyUnknown({ nullness: "not-null" })],
  [
    "an unknown string with a prefix",
    "c7090c8201c202a4666f6f2d",
    ctyString,
    new CtyUnknown({ nullness: "not-null", stringPrefix: "foo-" }),
  ],
  [
    "an unknown number from 0 on",
    "c7070c8201c2039200c3",
    ctyNumber,
    new CtyUnknown({ nullness: "not-null", numberMin: { value: 0, inclusive: true } }),
  ],
];

describe("the MessagePack of hosts", () => {
  test.each(vectors)("%s is read from %s", (_name, hex, type, value) => {
    expect(decodeMsgpack(Buffer.from(hex, "hex"), type)).toStrictEqual(value);
  });

  test.each(vectors)("%s is written as %s", (_name, hex, type, value) => {
    expect(Buffer.from(encodeMsgpack(value, type)).toString("hex")).toBe(hex);
  });
});
