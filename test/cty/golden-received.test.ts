import { describe, expect, test } from "vitest";
import { CtyError } from "../../src/cty/error.ts";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import type { CtyType } from "../../src/cty/type.ts";
import { decodeType } from "../../src/cty/type-json.ts";
import type { CtyValue } from "../../src/cty/value.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { differences, type GoldenLine, goldenLines, unhex } from "./golden.ts";

/** Where we mean to differ from go-cty. */
interface Difference {
  readonly why: string;
  readonly types: RegExp;
  readonly input: string;
  /** The MessagePack that comes of it here, or "refused". */
  readonly outcome: string;
}

const DIFFERENCES: readonly Difference[] = [
  {
    why: "go-cty reads it, but cannot write it again",
    types: /^\["object"/,
    input: "80",
    outcome: "82a161c0a162c0",
  },
  {
    why: "a double of 2^63 is 2^63; go-cty writes the fewest digits for a double, which are another number",
    types: /^"number"/,
    input: "cb43e0000000000000",
    outcome: "b339323233333732303336383534373735383038",
  },
  { why: "a set keeps what it was sent", types: /^\["set"/, input: "92c0c0", outcome: "92c0c0" },
  {
    why: "every extension but one is an unknown, whatever is in it",
    types: /./,
    input: "d5000000",
    outcome: "d40000",
  },
  { why: "the same", types: /./, input: "d60500000000", outcome: "d40000" },
  {
    why: "an unknown that must be null is not made null",
    types: /^(?!"dynamic")/,
    input: "c7030c8101c3",
    outcome: "c7030c8101c3",
  },
  { why: "no length is below zero", types: /^\["(list|set|map)"/, input: "c7030c8105ff", outcome: "refused" },
  {
    why: "lengths that contradict each other do not end the process",
    types: /^\["(list|set|map)"/,
    input: "c7050c8205020601",
    outcome: "c7050c8205020601",
  },
  { why: "null is no bool", types: /^(?!"dynamic")/, input: "c7030c8101c0", outcome: "refused" },
  {
    why: "a null without a type does not take that of its neighbours",
    types: /^\["list","dynamic"/,
    input: "9292c40622626f6f6c22c3c0",
    outcome: "9292c40622626f6f6c22c3c0",
  },
  {
    why: "nor does an unknown",
    types: /^\["list","dynamic"/,
    input: "9292c40622626f6f6c22c3d40000",
    outcome: "9292c40622626f6f6c22c3d40000",
  },
];

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString("hex");
const typeOf = ({ columns }: GoldenLine): CtyType => decodeType(columns[0] ?? "");

/** What is read, written again. */
function outcome(type: CtyType, read: () => CtyValue): string {
  try {
    return hex(encodeMsgpack(read(), type));
  } catch (error) {
    if (error instanceof CtyError) return "refused";
    throw error;
  }
}

function outcomeOfGo({ columns }: GoldenLine): string {
  return columns[2] === "refused" ? "refused" : hex(unhex(columns[2] ?? ""));
}

function applies({ types, input }: Difference, { columns }: GoldenLine): boolean {
  return columns[1] === input && types.test(columns[0] ?? "");
}

const read = (line: GoldenLine): string =>
  outcome(typeOf(line), () => decodeMsgpack(unhex(line.columns[1] ?? ""), typeOf(line)));

describe("MessagePack as it may come", () => {
  const lines = goldenLines("msgpack.tsv");

  test("is understood or refused as by go-cty, but for the listed differences", () => {
    const expected = (line: GoldenLine): string =>
      DIFFERENCES.find((difference) => applies(difference, line))?.outcome ?? outcomeOfGo(line);
    expect(differences(lines, read, expected)).toStrictEqual([]);
  });

  test("differs from go-cty wherever a difference is listed", () => {
    const stale = DIFFERENCES.filter(
      (difference) =>
        !lines.some((line) => applies(difference, line) && outcomeOfGo(line) !== difference.outcome),
    );
    expect(stale).toStrictEqual([]);
  });
});
