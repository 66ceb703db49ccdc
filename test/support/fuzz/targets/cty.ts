/** What the host sends: values in MessagePack, types in JSON. */
import { isDeepStrictEqual } from "node:util";
import { CtyError } from "../../../../src/cty/error.ts";
import { decodeMsgpack } from "../../../../src/cty/msgpack/decode.ts";
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
} from "../../../../src/cty/type.ts";
import { decodeType, encodeType } from "../../../../src/cty/type-json.ts";
import type { FuzzTarget } from "../target.ts";

/** The first byte of an input chooses one. */
const TYPES: readonly CtyType[] = [
  ctyDynamic,
  ctyString,
  ctyNumber,
  ctyBool,
  ctyList(ctyString),
  ctySet(ctyNumber),
  ctyMap(ctyDynamic),
  ctyTuple([ctyString, ctyDynamic]),
  ctyObject({ a: ctyString, b: ctyList(ctyNumber), id: ctyBool }),
  ctyList(ctyObject({ node: ctyString, iommu_group: ctyNumber, functions: ctyList(ctyString) })),
];

const hex = (text: string): Buffer => Buffer.from(text.replaceAll(" ", ""), "hex");

export const ctyTargets: readonly FuzzTarget[] = [
  {
    name: "msgpack",
    what: "values in MessagePack, by a type",
    refusals: [CtyError],
    maxBytes: 2_000,
    seeds: [
      hex("00 c0"),
      hex("00 92 c4 08 22 73 74 72 69 6e 67 22 a1 61"),
      hex("01 a3 61 62 63"),
      hex("02 cb 3f f8 00 00 00 00 00 00"),
      hex("02 a5 31 2e 32 35 30"),
      hex("03 c3"),
      hex("04 92 a1 61 a1 62"),
      hex("05 93 01 cd 01 00 d3 80 00 00 00 00 00 00 00"),
      hex("06 81 a1 6b 92 c4 06 22 62 6f 6f 6c 22 c3"),
      hex("08 83 a1 61 a0 a1 62 91 01 a2 69 64 c2"),
      hex(
        "09 91 83 a4 6e 6f 64 65 a1 70 ab 69 6f 6d 6d 75 5f 67 72 6f 75 70 01 a9 66 75 6e 63 74 69 6f 6e 73 90",
      ),
      hex("01 d4 00 00"),
      hex("01 c7 0a 0c 82 01 c2 06 a5 61 62 63 2d 2d"),
      hex("04 c7 05 0c 82 01 c2 03 01"),
    ],
    words: [
      "dfffffffff",
      "ddffffffff",
      "dbffffffff",
      "c9ffffffff0c",
      "c6ffffffff",
      "d40000",
      "c7050c",
      "cb7ff8000000000000",
      "cfffffffffffffffff",
      "a95f5f70726f746f5f5f",
      "d9ff",
      "81",
      "91",
      "92",
      "c0",
    ].map(hex),
    run: (input) => {
      const type = TYPES[(input[0] ?? 0) % TYPES.length] ?? ctyDynamic;
      decodeMsgpack(input.subarray(1), type);
    },
  },
  {
    name: "type-json",
    what: "types in JSON",
    refusals: [CtyError],
    maxBytes: 2_000,
    seeds: [
      '"string"',
      '["list","number"]',
      '["map",["set","bool"]]',
      '["tuple",["string","dynamic"]]',
      '["object",{"a":"string","b":["list","bool"]}]',
      '["object",{"a":"string"},["a"]]',
    ],
    words: [
      '"string"',
      '"number"',
      '"dynamic"',
      '["list",',
      '["object",{',
      '["tuple",[',
      '"__proto__":',
      '"\\ud800"',
      "]]",
      "}]",
      "[".repeat(300),
      "1e400",
      "null",
    ],
    run: (input) => {
      const type = decodeType(input);
      if (!isDeepStrictEqual(decodeType(encodeType(type)), type))
        throw new Error("a type comes back as another one");
    },
  },
];
