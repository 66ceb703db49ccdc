import { describe, expect, test } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import type { CtyType } from "../../src/cty/type.ts";
import { decodeType, encodeType } from "../../src/cty/type-json.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { differences, type GoldenLine, goldenLines, unhex } from "./golden.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const typeOf = ({ columns }: GoldenLine): CtyType => decodeType(columns[0] ?? "");
const packed = ({ columns }: GoldenLine): Buffer => unhex(columns[1] ?? "");

describe("values that go-cty made", () => {
  const lines = goldenLines("values.tsv");

  test("are more than a thousand", () => {
    expect(lines.length).toBeGreaterThan(1500);
  });

  test("have types that read and write as the same JSON", () => {
    const written = differences(
      lines,
      (line) => Buffer.from(encodeType(typeOf(line))).toString(),
      ({ columns }) => columns[0] ?? "",
    );
    expect(written).toStrictEqual([]);
  });

  test("read and write as the same MessagePack", () => {
    const written = differences(
      lines,
      (line) => hex(encodeMsgpack(decodeMsgpack(packed(line), typeOf(line)), typeOf(line))),
      (line) => hex(packed(line)),
    );
    expect(written).toStrictEqual([]);
  });
});
