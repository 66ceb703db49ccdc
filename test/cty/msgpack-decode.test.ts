import { describe, expect, test } from "vitest";
import { CtyError, type CtyErrorCode } from "../../src/cty/error.ts";
import { MAX_CONTAINERS, MAX_DEPTH, MAX_VALUE_BYTES, MAX_VALUES } from "../../src/cty/limits.ts";
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
import { CtyUnknown, UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";

const unhex = (digits: string): Buffer => Buffer.from(digits.replaceAll(" ", ""), "hex");
const device = ctyObject({ path: ctyString, group: ctyNumber });

/** The CtyError of reading bytes. */
function errorOf(bytes: Uint8Array, type: CtyType): CtyError {
  try {
    decodeMsgpack(bytes, type);
  } catch (error) {
    if (error instanceof CtyError) return error;
    throw error;
  }
  throw new Error("read without an error");
}

describe("MessagePack of other encoders", () => {
  const taken: readonly (readonly [hex: string, type: CtyType, value: CtyValue])[] = [
    ["d90161", ctyString, "a"],
    ["da000161", ctyString, "a"],
    ["db0000000161", ctyString, "a"],
    ["c40161", ctyString, "a"],
    ["c403302e35", ctyNumber, 0.5],
    ["ca3f000000", ctyNumber, 0.5],
    ["cb8000000000000000", ctyNumber, 0],
    ["cb43e0000000000000", ctyNumber, 2n ** 63n],
    ["cb3fb999999999999a", ctyNumber, 0.1],
    ["cfffffffffffffffff", ctyNumber, 2n ** 64n - 1n],
    ["d300000000ffffffff", ctyNumber, 2 ** 32 - 1],
    ["d3ffffffff00000000", ctyNumber, -(2 ** 32)],
    ["cc05", ctyNumber, 5],
    ["d0fb", ctyNumber, -5],
    ["dc0001c3", ctyList(ctyBool), [true]],
    ["dd00000001c3", ctyList(ctyBool), [true]],
    ["de0001a161c3", ctyMap(ctyBool), new Map([["a", true]])],
    ["df00000001c40161c3", ctyMap(ctyBool), new Map([["a", true]])],
    [
      "80",
      device,
      new Map([
        ["group", null],
        ["path", null],
      ]),
    ],
    [
      "82 a470617468 a170 a567726f7570 07",
      device,
      new Map<string, CtyValue>([
        ["path", "p"],
        ["group", 7],
      ]),
    ],
    ["81 a95f5f70726f746f5f5f c3", ctyMap(ctyBool), new Map([["__proto__", true]])],
    ["92 a822737472696e6722 a161", ctyDynamic, new CtyDynamicValue(ctyString, "a")],
    ["92 c4092264796e616d696322 92c40622626f6f6c22c3", ctyDynamic, new CtyDynamicValue(ctyBool, true)],
    ["92 c4092264796e616d696322 c0", ctyDynamic, null],
    ["a3efbbbf", ctyString, "\ufeff"],
  ];

  test.each(taken)("%s is read", (hex, type, value) => {
    expect(decodeMsgpack(unhex(hex), type)).toStrictEqual(value);
  });

  test("is read from the middle of a larger buffer, and from a plain Uint8Array", () => {
    expect(decodeMsgpack(unhex("ff a3e697a5 ff").subarray(1, 5), ctyString)).toBe("日");
    expect(decodeMsgpack(Uint8Array.of(0xa3, 0xe6, 0x97, 0xa5), ctyString)).toBe("日");
  });

  test("does not change what objects inherit", () => {
    decodeMsgpack(unhex("81 a95f5f70726f746f5f5f 81a161c3"), ctyMap(ctyMap(ctyBool)));
    expect(Object.hasOwn(Object.prototype, "a")).toBe(false);
  });
});

describe("an unknown value", () => {
  test.each([
    "d40000",
    "d405ff",
    "d4ff00",
    "d40c00",
    "c70000",
    "c7000c",
    "c80001010c",
    "c90000000000",
    "d80700112233445566778899aabbccddeeff",
  ])("is any extension: %s", (hex) => {
    expect(decodeMsgpack(unhex(hex), ctyString)).toStrictEqual(UNKNOWN);
  });

  const refined: readonly (readonly [hex: string, type: CtyType, value: CtyValue])[] = [
    ["c7030c8101c2", ctyBool, new CtyUnknown({ nullness: "not-null" })],
    ["c7030c8101c3", ctyBool, new CtyUnknown({ nullness: "null" })],
    ["c7050c8102a26162", ctyString, new CtyUnknown({ stringPrefix: "ab" })],
    ["c7060c8103 92 cc80 c2", ctyNumber, new CtyUnknown({ numberMin: { value: 128, inclusive: false } })],
    [
      "c7080c8104 92 a3302e38 c3",
      ctyNumber,
      new CtyUnknown({ numberMax: { value: new CtyDecimal("0.8"), inclusive: true } }),
    ],
    ["c7050c82 0501 0602", ctyList(ctyBool), new CtyUnknown({ lengthMin: 1, lengthMax: 2 })],
    ["c7 0b 0c 81 06 cf7fffffffffffffff", ctySet(ctyBool), UNKNOWN],
    ["c7020c8000", ctyBool, UNKNOWN],
    ["c7040c8101c2ff", ctyBool, new CtyUnknown({ nullness: "not-null" })],
    ["c7060c82 07a178 01c2", ctyBool, new CtyUnknown({ nullness: "not-null" })],
    ["c7030c8101c2", ctyDynamic, UNKNOWN],
  ];

  test.each(refined)("says what is known about it: %s", (hex, type, value) => {
    expect(decodeMsgpack(unhex(hex), type)).toStrictEqual(value);
  });

  const broken: readonly (readonly [hex: string, type: CtyType, message: string])[] = [
    ["c7030c8102a0", ctyBool, "an unknown bool has no prefix (at byte 0)"],
    ["c7030c810201", ctyString, "the prefix of an unknown is a text, not a number (at byte 0)"],
    ["c7050c8103 9201c2", ctyString, "an unknown string has no bounds (at byte 0)"],
    ["c7030c810301", ctyNumber, "the bound of an unknown is a number and a bool, not a number (at byte 0)"],
    ["c7050c8104 920102", ctyNumber, "the bound of an unknown is a number and a bool (at byte 0)"],
    ["c7050c8104 92c0c2", ctyNumber, "a number is required, not null (at byte 0)"],
    ["c7030c810501", ctyNumber, "an unknown number has no length (at byte 0)"],
    ["c7030c8105ff", ctyList(ctyBool), "the length of an unknown is a whole number from 0 on (at byte 0)"],
    ["c7030c8101c0", ctyBool, "the nullness of an unknown is a bool, not null (at byte 0)"],
    ["c7030c9101c2", ctyBool, "what is known about an unknown value is not a map (at byte 0)"],
    [
      "c7020c8201",
      ctyBool,
      "what is known about an unknown value cannot be read: a map of 2 begins, but only 1 bytes are left (at byte 0)",
    ],
    [
      "c7050c82 01c2 01c3",
      ctyBool,
      'what is known about an unknown value cannot be read: the map key "\\u0001" is there twice (at byte 0)',
    ],
    ["92 c3 c7030c8102a0", ctyList(ctyBool), "[1]: an unknown bool has no prefix (at byte 2)"],
  ];

  test.each(broken)("is refused when that is broken or does not fit: %s", (hex, type, message) => {
    expect(errorOf(unhex(hex), type).message).toBe(message);
  });
});

describe("bytes that are no MessagePack", () => {
  const malformed: readonly (readonly [hex: string, problem: string, offset: number])[] = [
    ["", "there is no value: the input is empty", 0],
    ["c1", "the byte c1 is no MessagePack value", 0],
    ["92c3c1", "the byte c1 is no MessagePack value", 2],
    ["c3c3", "1 bytes follow the value", 1],
    ["91", "an array of 1 begins, but only 0 bytes are left", 0],
    ["92c3", "an array of 2 begins, but only 1 bytes are left", 0],
    ["91cd01", "a value of 2 bytes begins, but only 1 bytes are left", 1],
    ["81a161", "the value ends too early", 3],
    ["a26", "a value of 2 bytes begins, but only 0 bytes are left", 0],
    ["a261", "a value of 2 bytes begins, but only 1 bytes are left", 0],
    ["d9", "the value ends too early", 0],
    ["dd0000", "the value ends too early", 0],
    ["dfffffffff", "a map of 4294967295 begins, but only 0 bytes are left", 0],
    ["ddffffffff00", "an array of 4294967295 begins, but only 1 bytes are left", 0],
    ["dbffffffff00", "a value of 4294967295 bytes begins, but only 1 bytes are left", 0],
    ["c6ffffffff00", "a value of 4294967295 bytes begins, but only 1 bytes are left", 0],
    ["c9ffffffff0000", "a value of 4294967295 bytes begins, but only 1 bytes are left", 0],
    ["c702", "a value of 2 bytes begins, but only 0 bytes are left", 0],
    ["d400", "a value of 1 bytes begins, but only 0 bytes are left", 0],
    ["a1ff", "a text is not valid UTF-8", 0],
    ["91a3eda080", "a text is not valid UTF-8", 1],
    ["91c401ff", "a text is not valid UTF-8", 1],
    ["8101c3", "a map key is not a text", 1],
    ["81c0c3", "a map key is not a text", 1],
    ["82a161c3a161c3", 'the map key "a" is there twice', 4],
    ["82a161c3c40161c3", 'the map key "a" is there twice', 4],
    ["8181a161c3c3", "a map key is not a text", 1],
  ];

  test.each(malformed)("are refused with their place: %s", (hex, problem, offset) => {
    const error = errorOf(unhex(hex), ctyDynamic);
    expect({ ...error, message: error.message }).toMatchObject({
      code: "malformed",
      problem,
      offset,
      path: [],
    });
    expect(error.message).toBe(`${problem} (at byte ${offset})`);
  });

  test("are refused for a key that is there twice among many", () => {
    const entry = (i: number): string => `a4${Buffer.from(String(1000 + i)).toString("hex")}c3`;
    const many = Array.from({ length: 100 }, (_, i) => entry(i)).join("");
    expect(decodeMsgpack(unhex(`de0064${many}`), ctyMap(ctyBool))).toHaveProperty("size", 100);
    for (const again of [0, 23, 24, 99]) {
      const error = errorOf(unhex(`de0065${many}${entry(again)}`), ctyMap(ctyBool));
      expect(error.message).toBe(`the map key "${1000 + again}" is there twice (at byte 603)`);
    }
  });
});

describe("MessagePack beyond the limits", () => {
  const length32 = (code: number, length: number): Buffer => {
    const head = Buffer.of(code, 0, 0, 0, 0);
    head.writeUInt32BE(length, 1);
    return head;
  };
  const nested = (depth: number): Buffer => Buffer.concat([Buffer.alloc(depth, 0x91), Buffer.of(0xc0)]);
  const listOf = (type: CtyType, depth: number): CtyType =>
    depth === 0 ? type : ctyList(listOf(type, depth - 1));

  test.each<[name: string, bytes: Buffer, code: CtyErrorCode, problem: string]>([
    [
      "longer",
      Buffer.alloc(MAX_VALUE_BYTES + 1),
      "limit",
      "the value has 67108865 bytes, more than 67108864",
    ],
    ["a million levels deep", nested(1_000_000), "limit", "nested deeper than 256 levels"],
    ["one level too deep", nested(MAX_DEPTH + 1), "limit", "nested deeper than 256 levels"],
    [
      "of too many values",
      Buffer.concat([length32(0xdd, MAX_VALUES), Buffer.alloc(MAX_VALUES, 0xc0)]),
      "limit",
      "more than 4194304 values",
    ],
    [
      "of too many lists",
      Buffer.concat([length32(0xdd, MAX_CONTAINERS), Buffer.alloc(MAX_CONTAINERS, 0x90)]),
      "limit",
      "more than 524288 lists, maps and unknown values",
    ],
    [
      "an unknown of 1025 bytes",
      Buffer.concat([Buffer.of(0xc8, 0x04, 0x01, 0x0c), Buffer.alloc(1025, 0x80)]),
      "limit",
      "an unknown value of 1025 bytes, more than 1024",
    ],
    [
      "64 MiB of one key",
      Buffer.concat([
        length32(0xdf, 6_000_000),
        Buffer.alloc(66_000_000, Buffer.from("a95f5f70726f746f5f5fc0", "hex")),
      ]),
      "limit",
      "more than 4194304 values",
    ],
    [
      "32 MiB of one key",
      Buffer.concat([
        length32(0xdf, 2_000_000),
        Buffer.alloc(22_000_000, Buffer.from("a95f5f70726f746f5f5fc0", "hex")),
      ]),
      "malformed",
      'the map key "__proto__" is there twice',
    ],
  ])("is refused when it is %s", (_name, bytes, code, problem) => {
    expect(errorOf(bytes, ctyDynamic)).toMatchObject({ code, problem });
  });

  test("is read just within them", () => {
    expect(decodeMsgpack(nested(MAX_DEPTH), listOf(ctyBool, MAX_DEPTH))).toHaveLength(1);
    const unknown = Buffer.concat([Buffer.of(0xc8, 0x04, 0x00, 0x0c, 0x80), Buffer.alloc(1023)]);
    expect(decodeMsgpack(unknown, ctyString)).toStrictEqual(UNKNOWN);
  });

  test("is refused when short numbers would become long together", () => {
    const bytes = Buffer.concat([
      length32(0xdd, 20_000),
      Buffer.alloc(140_000, Buffer.from("\xa6" + "1e4095", "latin1")),
    ]);
    expect(errorOf(bytes, ctyList(ctyNumber))).toMatchObject({
      code: "limit",
      problem: "the numbers written out exceed 67108864 bytes",
    });
  });
});

describe("MessagePack of another type", () => {
  const mismatched: readonly (readonly [hex: string, type: CtyType, message: string])[] = [
    ["01", ctyString, "a string is required, not a number (at byte 0)"],
    ["c3", ctyString, "a string is required, not a bool (at byte 0)"],
    ["a474727565", ctyBool, "a bool is required, not a text (at byte 0)"],
    ["cf0000000000000001", ctyBool, "a bool is required, not a number (at byte 0)"],
    ["c3", ctyNumber, "a number is required, not a bool (at byte 0)"],
    ["a178", ctyNumber, "the text is not a number (at byte 0)"],
    ["cb7ff8000000000000", ctyNumber, "not a number (NaN) (at byte 0)"],
    ["ca7fc00000", ctyNumber, "not a number (NaN) (at byte 0)"],
    ["80", ctyList(ctyBool), "a list is required, not a map of 0 (at byte 0)"],
    ["a0", ctySet(ctyBool), "a set is required, not a text (at byte 0)"],
    ["91c3", ctyMap(ctyBool), "a map is required, not an array of 1 (at byte 0)"],
    ["90", ctyTuple([ctyBool]), "a tuple of 1 elements is required, not an array of 0 (at byte 0)"],
    ["90", device, "an object is required, not an array of 0 (at byte 0)"],
    ["81a470617468a0", device, 'the object lacks the attributes "group" (at byte 0)'],
    ["83a470617468a0a567726f757001a162c0", device, 'the object has no attribute "b" (at byte 16)'],
    ["81ab636f6e7374727563746f72c0", device, 'the object has no attribute "constructor" (at byte 13)'],
    ["92c301", ctyList(ctyBool), "[1]: a bool is required, not a number (at byte 2)"],
    ["82a161c3a16201", ctyMap(ctyBool), '["b"]: a bool is required, not a number (at byte 6)'],
    ["92a0c3", ctyTuple([ctyString, ctyNumber]), "[1]: a number is required, not a bool (at byte 2)"],
    [
      "92 9201a0 9203c3",
      ctyList(ctyTuple([ctyNumber, ctyString])),
      "[1][1]: a string is required, not a bool (at byte 6)",
    ],
    [
      "91 82a470617468c3a567726f757001",
      ctyList(device),
      "[0].path: a string is required, not a bool (at byte 7)",
    ],
    [
      "92 82a470617468a0a567726f757001 82a470617468a0a567726f7570a178",
      ctySet(device),
      "the text is not a number (at byte 28)",
    ],
    ["01", ctyDynamic, "a value with its type is required, not a number (at byte 0)"],
    [
      "93c40622626f6f6c22c3c3",
      ctyDynamic,
      "a value with its type is required, not an array of 3 (at byte 0)",
    ],
    ["9201c3", ctyDynamic, "the type of a dynamic value is not JSON (at byte 1)"],
    ["92c4022222c3", ctyDynamic, 'the type of a dynamic value: there is no type "" (at byte 1)'],
    ["92c40622626f6f6c2201", ctyDynamic, "a bool is required, not a number (at byte 9)"],
    ["91 92c40622626f6f6c2201", ctyList(ctyDynamic), "[0]: a bool is required, not a number (at byte 10)"],
    [
      "92 92c40622626f6f6c22c3 92c40822737472696e6722a0",
      ctyList(ctyDynamic),
      "the elements must have one type, but there are bool and string (at byte 0)",
    ],
    [
      "82 a161 92c40622626f6f6c22c3 a162 92c40822737472696e6722a0",
      ctyMap(ctyDynamic),
      "the elements must have one type, but there are bool and string (at byte 0)",
    ],
  ];

  test.each(mismatched)("is refused with path and place: %s", (hex, type, message) => {
    const error = errorOf(unhex(hex), type);
    expect(error.message).toBe(message);
    expect(error.code).toBe("mismatch");
  });

  test("is refused without a word of a text in the wrong place", () => {
    const secret = Buffer.concat([Buffer.of(0xa7), Buffer.from("hunter2")]);
    const types = [
      ctyNumber,
      ctyBool,
      ctyList(ctyString),
      ctySet(ctyBool),
      ctyMap(ctyString),
      ctyTuple([]),
      device,
      ctyDynamic,
    ];
    for (const type of types) {
      expect(errorOf(secret, type).message).not.toContain("hunter");
      expect(String(errorOf(secret, type).stack)).not.toContain("hunter");
    }
  });

  test("is refused in few words when a name is long", () => {
    const name = Buffer.concat([
      Buffer.of(0x81, 0xdb, 0, 1, 0, 0),
      Buffer.alloc(65536, "x"),
      Buffer.of(0xc0),
    ]);
    expect(errorOf(name, device).message).toBe(
      `the object has no attribute "${"x".repeat(60)}…" (at byte 65542)`,
    );
  });

  test("names the path in steps, which end at a set", () => {
    const type = ctyObject({ nodes: ctyMap(ctyList(ctySet(ctyBool))) });
    const error = errorOf(unhex("81 a56e6f646573 81 a170 91 91 01"), type);
    expect(error.path).toStrictEqual([
      { kind: "attribute", name: "nodes" },
      { kind: "key", key: "p" },
      { kind: "index", index: 0 },
    ]);
    expect(error).toMatchObject({ problem: "a bool is required, not a number", offset: 12 });
  });
});
