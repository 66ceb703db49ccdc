import { describe, expect, test } from "vitest";
import { decodeJson, decodeType, encodeJson, encodeType } from "../../src/cty/json.ts";
import { decodeMsgpack, encodeMsgpack } from "../../src/cty/msgpack.ts";
import type { CtyType } from "../../src/cty/type.ts";
import { differences, type GoldenLine, goldenLines, shortText, unhex } from "./golden.ts";

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const typeOf = ({ columns }: GoldenLine): CtyType => decodeType(columns[0] ?? "");
const packed = ({ columns }: GoldenLine): Buffer => unhex(columns[1] ?? "");

describe("values that go-cty made", () => {
  const lines = goldenLines("values.tsv");
  const withJson = lines.filter(({ columns }) => columns[2] !== "-");
  /** Lines whose JSON is there itself and not as a hash. */
  const withJsonText = withJson.filter(({ columns }) => !columns[2]?.startsWith("sha256:"));

  test("are more than a thousand, with and without JSON", () => {
    expect(lines.length).toBeGreaterThan(1500);
    expect(withJsonText.length).toBeGreaterThan(500);
    expect(lines.length - withJson.length).toBeGreaterThan(500);
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

  test("are written as go-cty's JSON, and refused where go-cty refuses", () => {
    const written = differences(
      withJson,
      (line) => shortText(encodeJson(decodeMsgpack(packed(line), typeOf(line)), typeOf(line))),
      ({ columns }) => columns[2] ?? "",
    );
    expect(written).toStrictEqual([]);
    const refused = differences(
      lines.filter(({ columns }) => columns[2] === "-"),
      (line) => encodeJson(decodeMsgpack(packed(line), typeOf(line)), typeOf(line)),
      () => "refused",
    );
    const reasons = refused.map((line) =>
      /JSON has no (unknown values|infinite numbers) instead of/.test(line),
    );
    expect(new Set(reasons)).toStrictEqual(new Set([true]));
    expect(refused.length).toBe(lines.length - withJson.length);
  });

  test("are read from go-cty's JSON as go-cty reads them", () => {
    const written = differences(
      withJsonText,
      (line) => hex(encodeMsgpack(decodeJson(line.columns[2] ?? "", typeOf(line)), typeOf(line))),
      (line) => hex(line.columns[3] === "=" ? packed(line) : unhex(line.columns[3] ?? "")),
    );
    expect(written).toStrictEqual([]);
  });
});
