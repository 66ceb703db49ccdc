import { describe, expect, test } from "vitest";
import { MAX_DEPTH, MAX_JSON_DEPTH } from "../../src/cty/limits.ts";
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
import { equalTypes } from "../../src/cty/type-equality.ts";
import { formatType } from "../../src/cty/type-format.ts";
import { decodeType, encodeType } from "../../src/cty/type-json.ts";

const device = ctyObject({ path: ctyString, iommu_group: ctyNumber });

const types: readonly (readonly [json: string, text: string, type: CtyType])[] = [
  ['"string"', "string", ctyString],
  ['"number"', "number", ctyNumber],
  ['"bool"', "bool", ctyBool],
  ['"dynamic"', "any", ctyDynamic],
  ['["list","string"]', "list(string)", ctyList(ctyString)],
  ['["set",["list","bool"]]', "set(list(bool))", ctySet(ctyList(ctyBool))],
  ['["map","dynamic"]', "map(any)", ctyMap(ctyDynamic)],
  ['["tuple",[]]', "tuple([])", ctyTuple([])],
  ['["tuple",["string","dynamic"]]', "tuple([string,any])", ctyTuple([ctyString, ctyDynamic])],
  ['["object",{}]', "object({})", ctyObject({})],
  [
    '["list",["object",{"iommu_group":"number","path":"string"}]]',
    "list(object({iommu_group=number,path=string}))",
    ctyList(device),
  ],
  [
    '["object",{"":"string","\\u003ca\\u003e":"bool","a-b":"bool","ä":"string","￮":"number","😀":"number"}]',
    'object({""=string,"<a>"=bool,a-b=bool,ä=string,"￮"=number,"😀"=number})',
    ctyObject({
      "😀": ctyNumber,
      "￮": ctyNumber,
      ä: ctyString,
      "a-b": ctyBool,
      "<a>": ctyBool,
      "": ctyString,
    }),
  ],
];

describe("a type", () => {
  test.each(types)("is written as the JSON %s", (json, _text, type) => {
    expect(Buffer.from(encodeType(type)).toString()).toBe(json);
  });

  test.each(types)("is read from the JSON %s", (json, _text, type) => {
    expect(equalTypes(decodeType(json), type)).toBe(true);
    expect(equalTypes(decodeType(Buffer.from(json)), type)).toBe(true);
  });

  test.each(types)("of the JSON %s is shown to users as %s", (_json, text, type) => {
    expect(formatType(type)).toBe(text);
  });

  test("may have an attribute of any name, and has no others", () => {
    const type = decodeType('["object",{"__proto__":"string"}]');
    expect(formatType(type)).toBe("object({__proto__=string})");
    expect(equalTypes(type, ctyObject({}))).toBe(false);
    expect(equalTypes(type, ctyObject({ constructor: ctyString }))).toBe(false);
  });

  test("is read with the space and the escapes that JSON allows", () => {
    expect(decodeType(' [ "list" ,\n\t"\\u0073tring"\r] ')).toStrictEqual(ctyList(ctyString));
  });

  test("may have optional attributes, which a value has too", () => {
    expect(formatType(decodeType('["object",{"a":"string","b":"bool"},["b"]]'))).toBe(
      "object({a=string,b=bool})",
    );
  });

  test("is read where Go wrote null for an empty list", () => {
    expect(decodeType('["tuple",null]')).toStrictEqual(ctyTuple([]));
    expect(decodeType('["object",null]')).toStrictEqual(decodeType('["object",{}]'));
  });

  const invalid: readonly (readonly [json: string, message: string])[] = [
    ["", "the JSON text ends too early (at byte 0)"],
    ["nul", "not JSON (at byte 0)"],
    ['"text"', 'there is no type "text" (at byte 0)'],
    ["1", "a type is a name or a list that begins with its kind (at byte 0)"],
    ["null", "a type is a name or a list that begins with its kind (at byte 0)"],
    ["{}", "a type is a name or a list that begins with its kind (at byte 0)"],
    ["[]", "a type is a name or a list that begins with its kind (at byte 0)"],
    ['[1,"string"]', "a type is a name or a list that begins with its kind (at byte 0)"],
    ['["list"]', 'the type "list" is not complete (at byte 0)'],
    ['["list","string","string"]', 'the type "list" has too many parts (at byte 0)'],
    ['["object",{},[],1]', 'the type "object" has too many parts (at byte 0)'],
    ['["vector","string"]', 'there is no kind of type "vector" (at byte 1)'],
    ['["list",["set","tring"]]', 'there is no type "tring" (at byte 15)'],
    ['["tuple","string"]', "a tuple's types are a list (at byte 9)"],
    ['["object",["a"]]', "an object's attributes are an object (at byte 10)"],
    ['["object",{"ä":"x"}]', 'there is no type "x" (at byte 16)'],
    ['["object",{"a":"bool","a":"bool"}]', 'the key "a" is there twice (at byte 22)'],
    ['["object",null,["a"]]', "an optional attribute is the name of one of the attributes (at byte 16)"],
    ['["object",{"a":"bool"},"a"]', "the optional attributes are a list of names (at byte 23)"],
    [
      '["object",{"a":"bool"},["b"]]',
      "an optional attribute is the name of one of the attributes (at byte 24)",
    ],
    ['"string" "string"', "unexpected text after the JSON value (at byte 9)"],
    ['"string', "the JSON text ends too early (at byte 7)"],
    [
      `${'["list",'.repeat(MAX_DEPTH + 1)}"bool"${"]".repeat(MAX_DEPTH + 1)}`,
      `nested deeper than ${MAX_DEPTH} levels (at byte ${8 * MAX_DEPTH})`,
    ],
    [
      `${'["object",{"a":'.repeat(MAX_DEPTH + 1)}"bool"${"}]".repeat(MAX_DEPTH + 1)}`,
      `the JSON is nested deeper than ${MAX_JSON_DEPTH} levels (at byte ${15 * MAX_DEPTH + 1})`,
    ],
    [
      "[".repeat(1_000_000),
      `the JSON is nested deeper than ${MAX_JSON_DEPTH} levels (at byte ${MAX_JSON_DEPTH + 1})`,
    ],
  ];

  test.each(invalid)("is refused when its JSON is %.40s", (json, message) => {
    expect(() => decodeType(json)).toThrow(expect.objectContaining({ name: "CtyError", message }));
  });

  test.each([
    ["list", '["list",', "]"],
    ["tuple", '["tuple",[', "]]"],
    ["object", '["object",{"a":', "}]"],
  ])("may be as deep as values may be: %s", (_kind, open, close) => {
    const json = `${open.repeat(MAX_DEPTH)}"bool"${close.repeat(MAX_DEPTH)}`;
    expect(Buffer.from(encodeType(decodeType(json))).toString()).toBe(json);
  });

  test("is refused when its JSON is not UTF-8", () => {
    expect(() => decodeType(Uint8Array.of(0x22, 0xff, 0x22))).toThrow("the JSON text is not valid UTF-8");
  });
});

describe("two types", () => {
  test("are equal exactly when they are written alike", () => {
    for (const [i, [, , a]] of types.entries()) {
      for (const [j, [, , b]] of types.entries()) expect(equalTypes(a, b)).toBe(i === j);
    }
  });

  test("are equal whatever the order of their attributes", () => {
    expect(equalTypes(device, ctyObject({ iommu_group: ctyNumber, path: ctyString }))).toBe(true);
  });

  test("differ when attributes or elements are missing or of another type", () => {
    expect(equalTypes(device, ctyObject({ path: ctyString }))).toBe(false);
    expect(equalTypes(device, ctyObject({ path: ctyString, iommu_group: ctyString }))).toBe(false);
    expect(equalTypes(ctyTuple([ctyString]), ctyTuple([ctyString, ctyBool]))).toBe(false);
    expect(equalTypes(ctyList(ctyString), ctySet(ctyString))).toBe(false);
  });
});
