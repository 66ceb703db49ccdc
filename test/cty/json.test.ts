import { describe, expect, test } from "vitest";
import { CtyError } from "../../src/cty/error.ts";
import { decodeJson, encodeJson } from "../../src/cty/json.ts";
import { MAX_DEPTH } from "../../src/cty/limits.ts";
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
import { UNKNOWN } from "../../src/cty/unknown.ts";
import { CtyDecimal, CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";

const device = ctyObject({ path: ctyString, group: ctyNumber });

describe("JSON", () => {
  const read: readonly (readonly [json: string, type: CtyType, value: CtyValue])[] = [
    ["9007199254740993", ctyNumber, 2n ** 53n + 1n],
    ["1e400", ctyNumber, 10n ** 400n],
    ["0.1", ctyNumber, new CtyDecimal("0.1")],
    ["9223372036854775808", ctyNumber, 2n ** 63n],
    ['"0.5"', ctyNumber, 0.5],
    ['"true"', ctyBool, true],
    ['"0"', ctyBool, false],
    ["1.50", ctyString, "1.50"],
    ["false", ctyString, "false"],
    ['"\\ud800x"', ctyString, "\ufffdx"],
    ['"a\\"\\\\\\n\\u00e4"', ctyString, 'a"\\\nä'],
    [' [ "b" , "a" , "b" ] ', ctySet(ctyString), ["b", "a", "b"]],
    [
      '{"__proto__":true,"constructor":false}',
      ctyMap(ctyBool),
      new Map([
        ["__proto__", true],
        ["constructor", false],
      ]),
    ],
    [
      '{"group":1}',
      device,
      new Map<string, CtyValue>([
        ["path", null],
        ["group", 1],
      ]),
    ],
    ['{"type":"dynamic","value":{"value":1,"type":"number"}}', ctyDynamic, new CtyDynamicValue(ctyNumber, 1)],
    ['{"value":null,"type":["list","bool"]}', ctyDynamic, new CtyDynamicValue(ctyList(ctyBool), null)],
  ];

  test.each(read)("%s is read without loss", (json, type, value) => {
    expect(decodeJson(json, type)).toStrictEqual(value);
    expect(decodeJson(Buffer.from(json), type)).toStrictEqual(value);
  });

  const refused: readonly (readonly [json: string, type: CtyType, message: string])[] = [
    ["tru", ctyBool, "not JSON (at byte 0)"],
    ["[1 2]", ctyList(ctyNumber), 'expected "," or "]" (at byte 3)'],
    ['{"a" 1}', ctyMap(ctyNumber), 'expected ":" (at byte 5)'],
    ['{"a":1 "b":2}', ctyMap(ctyNumber), 'expected "," or "}" (at byte 7)'],
    ["{a:1}", ctyMap(ctyNumber), "expected a JSON string (at byte 1)"],
    ['{"a":1', ctyMap(ctyNumber), "the JSON text ends too early (at byte 6)"],
    ["[1,", ctyList(ctyNumber), "the JSON text ends too early (at byte 3)"],
    ["[1,]", ctyList(ctyNumber), "not JSON (at byte 3)"],
    ['["ä","\\x"]', ctyList(ctyString), "a JSON string has an escape that does not exist (at byte 6)"],
    ['"a\tb"', ctyString, "a control character in a JSON string is not escaped (at byte 2)"],
    ['"a\\', ctyString, "the JSON text ends too early (at byte 3)"],
    ['{"a":1,"a":2}', ctyMap(ctyNumber), 'the key "a" is there twice (at byte 7)'],
    ["01", ctyNumber, "not JSON (at byte 0)"],
    ["-", ctyNumber, "not JSON (at byte 0)"],
    ["1e5000", ctyNumber, "the number is longer than 4096 digits (at byte 0)"],
    ["1".repeat(5000), ctyNumber, "the number is longer than 4096 digits (at byte 0)"],
    ['"x"', ctyNumber, "the text is not a number (at byte 0)"],
    ['"yes"', ctyBool, "a bool is required, not a string (at byte 0)"],
    ["[]", ctyString, "a string is required, not an array of 0 (at byte 0)"],
    [
      '{"a":["x",[]]}',
      ctyMap(ctyList(ctyString)),
      '["a"][1]: a string is required, not an array of 0 (at byte 10)',
    ],
    ['{"path":"p","bus":3}', device, 'the object has no attribute "bus" (at byte 18)'],
    ['[{"group":"x"}]', ctyList(device), "[0].group: the text is not a number (at byte 10)"],
    ['[{"group":"x"}]', ctySet(device), "the text is not a number (at byte 10)"],
    [
      '["a"]',
      ctyTuple([ctyString, ctyBool]),
      "a tuple of 2 elements is required, not an array of 1 (at byte 0)",
    ],
    ["{}", ctyList(ctyString), "a list is required, not an object (at byte 0)"],
    ["[]", ctyMap(ctyString), "a map is required, not an array of 0 (at byte 0)"],
    ["true", device, "an object is required, not a bool (at byte 0)"],
    ["3", ctyDynamic, "a value with its type is required, not a number (at byte 0)"],
    [
      '{"type":"bool"}',
      ctyDynamic,
      'a value with its type has exactly the keys "type" and "value" (at byte 0)',
    ],
    ['{"type":["bool"],"value":1}', ctyDynamic, 'the type "bool" is not complete (at byte 8)'],
    [
      '[{"type":"bool","value":1}]',
      ctyList(ctyDynamic),
      "[0]: a bool is required, not a number (at byte 24)",
    ],
    [
      '[{"type":"bool","value":true},{"type":"string","value":""}]',
      ctyList(ctyDynamic),
      "the elements must have one type, but there are bool and string (at byte 0)",
    ],
  ];

  test.each(refused)("%.30s is refused with path and place", (json, type, message) => {
    expect(() => decodeJson(json, type)).toThrow(expect.objectContaining({ name: "CtyError", message }));
  });

  test("is refused when it is not UTF-8", () => {
    const work = (): CtyValue => decodeJson(Uint8Array.of(0x22, 0xc3, 0x22), ctyString);
    expect(work).toThrow(new CtyError("malformed", "the JSON text is not valid UTF-8"));
  });

  test("is refused when short numbers would become long together", () => {
    const json = `[${"1e4095,".repeat(20_000)}0]`;
    expect(() => decodeJson(json, ctyList(ctyNumber))).toThrow(
      "the numbers written out exceed 67108864 bytes",
    );
  });

  test.each([
    ["<&>\u2028\u2029", '"\\u003c\\u0026\\u003e\\u2028\\u2029"'],
    ["\ud800", '"\ufffd"'],
    ["\u0000\b\f\n\r\t\u001f\u007f", '"\\u0000\\b\\f\\n\\r\\t\\u001f\u007f"'],
  ])("has texts as Go writes them: %j", (text, json) => {
    expect(encodeJson(text, ctyString)).toBe(json);
  });

  const unwritable: readonly (readonly [name: string, value: CtyValue, type: CtyType, message: string])[] = [
    ["an unknown", [UNKNOWN], ctyList(ctyBool), "[0]: JSON has no unknown values"],
    [
      "infinity",
      new Map([["n", Number.POSITIVE_INFINITY]]),
      ctyObject({ n: ctyNumber }),
      "n: JSON has no infinite numbers",
    ],
    ["NaN", Number.NaN, ctyNumber, "not a number (NaN)"],
    [
      "an object with a missing attribute",
      new Map(),
      ctyObject({ a: ctyBool }),
      "a: a value is required, null where there is none",
    ],
    ["a wrong element of a set", [[true]], ctySet(ctyList(ctyString)), "a string is required, not a bool"],
    [
      "a wrong element of a map",
      new Map([["k", true]]),
      ctyMap(ctyString),
      '["k"]: a string is required, not a bool',
    ],
    ["a wrong element of a tuple", ["x"], ctyTuple([ctyBool]), "[0]: a bool is required, not a string"],
    ["a bare value as dynamic", true, ctyDynamic, "a value with its type is required, not a bool"],
    [
      "elements of different types",
      [new CtyDynamicValue(ctyBool, true), new CtyDynamicValue(ctyString, "")],
      ctyList(ctyDynamic),
      "the elements must have one type, but there are bool and string",
    ],
  ];

  test.each(unwritable)("is not written for %s", (_name, value, type, message) => {
    expect(() => encodeJson(value, type)).toThrow(expect.objectContaining({ name: "CtyError", message }));
  });

  test("is read and written as deep as the limit says, and no deeper", () => {
    let [type, json]: [CtyType, string] = [ctyBool, "true"];
    for (let i = 0; i < MAX_DEPTH; i++) [type, json] = [ctyList(type), `[${json}]`];
    expect(encodeJson(decodeJson(json, type), type)).toBe(json);
    const [deeperType, deeperJson] = [ctyList(type), `[${json}]`];
    expect(() => decodeJson(deeperJson, deeperType)).toThrow(`nested deeper than ${MAX_DEPTH} levels`);
    expect(() => encodeJson([decodeJson(json, type)], deeperType)).toThrow(
      `nested deeper than ${MAX_DEPTH} levels`,
    );
  });
});
