import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CtyError } from "../../src/cty/error.ts";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { memberBytes } from "../../src/cty/msgpack/scan.ts";
import { type CtyType, ctyDynamic, ctyObject } from "../../src/cty/type.ts";
import { equalTypes } from "../../src/cty/type-equality.ts";
import { decodeType, encodeType } from "../../src/cty/type-json.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { anyType, typedValue } from "./arbitrary.ts";
import { goldenLines, unhex } from "./golden.ts";

/** Reads something; a CtyError says how far it came, any other error is thrown. */
function attempt<T>(read: () => T, length: number): { readonly value?: T; readonly place: number } {
  try {
    return { value: read(), place: length };
  } catch (error) {
    if (!(error instanceof CtyError)) throw error;
    return { place: error.offset ?? -1 };
  }
}

/** Reads bytes, and what it has read must be writable, and then be the same. */
function readAndWrite(bytes: Uint8Array, type: CtyType): "read" | "refused" {
  const { value, place } = attempt(() => decodeMsgpack(bytes, type), bytes.length);
  expect(place).toBeGreaterThanOrEqual(0);
  expect(place).toBeLessThanOrEqual(bytes.length);
  if (value === undefined) return "refused";
  const written = encodeMsgpack(value, type);
  const again = encodeMsgpack(decodeMsgpack(written, type), type);
  if (Buffer.compare(written, again) !== 0) throw new Error("not the same when written again");
  return "read";
}

describe("every value", () => {
  test("is read from MessagePack as it was written", () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        // Not toStrictEqual: an attribute called "constructor" takes that in.
        deepStrictEqual(decodeMsgpack(encodeMsgpack(value, type), type), value);
      }),
      { numRuns: 1000 },
    );
  });

  test("is written as the same MessagePack when it is read and written again", () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        const bytes = encodeMsgpack(value, type);
        expect(encodeMsgpack(decodeMsgpack(bytes, type), type)).toStrictEqual(bytes);
      }),
      { numRuns: 500 },
    );
  });
});

describe("every object", () => {
  test("has members whose bytes are those that each has by itself", () => {
    fc.assert(
      fc.property(typedValue, typedValue, (a, b) => {
        const type = ctyObject({ a: a.type, b: b.type });
        const value = new Map([
          ["a", a.value],
          ["b", b.value],
        ]);
        const members = memberBytes(encodeMsgpack(value, type));
        expect([...members.keys()]).toStrictEqual(["a", "b"]);
        expect(Buffer.from(members.get("a") ?? [])).toStrictEqual(
          Buffer.from(encodeMsgpack(a.value, a.type)),
        );
        expect(Buffer.from(members.get("b") ?? [])).toStrictEqual(
          Buffer.from(encodeMsgpack(b.value, b.type)),
        );
      }),
      { numRuns: 500 },
    );
  });
});

describe("every type", () => {
  test("is read from JSON as it was written", () => {
    fc.assert(
      fc.property(anyType, (type) => {
        const json = encodeType(type);
        expect(equalTypes(decodeType(json), type)).toBe(true);
        expect(encodeType(decodeType(json))).toStrictEqual(json);
      }),
    );
  });
});

describe("bytes from anywhere", () => {
  test("are read or refused with a place among them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), anyType, (bytes, type) => {
        readAndWrite(bytes, type);
        readAndWrite(bytes, ctyDynamic);
      }),
      { numRuns: 2000 },
    );
  });

  test("are read or refused when they nearly are a value", () => {
    const golden = goldenLines("values.tsv")
      .map(({ columns: [type = "", bytes = ""] }) => ({ type, bytes: unhex(bytes) }))
      .filter(({ bytes }) => bytes.length < 200);
    const change = fc.record({ at: fc.nat(), to: fc.integer({ min: 0, max: 255 }), cut: fc.boolean() });
    const outcomes = { read: 0, refused: 0 };
    fc.assert(
      fc.property(fc.constantFrom(...golden), change, ({ type, bytes }, { at, to, cut }) => {
        const changed = Buffer.from(bytes);
        changed[at % bytes.length] = to;
        outcomes[readAndWrite(cut ? changed.subarray(0, at % bytes.length) : changed, decodeType(type))]++;
      }),
      { numRuns: 5000 },
    );
    // Else the changes would be too wild, or too tame, to show anything.
    expect(outcomes.read).toBeGreaterThan(200);
    expect(outcomes.refused).toBeGreaterThan(200);
  });
});

describe("text from anywhere", () => {
  test("is read as a type or refused with a place in it", () => {
    const token = fc.constantFrom(
      "{",
      "}",
      "[",
      "]",
      ",",
      ":",
      '"a"',
      '"list"',
      '"object"',
      '"bool"',
      "1",
      "-0.5e3",
      "null",
      "true",
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(token, { maxLength: 12 }).map((tokens) => tokens.join("")),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (json) => {
        const length = Buffer.byteLength(json);
        const { place } = attempt(() => decodeType(json), length);
        expect(place).toBeGreaterThanOrEqual(0);
        expect(place).toBeLessThanOrEqual(length);
      }),
      { numRuns: 2000 },
    );
  });
});
