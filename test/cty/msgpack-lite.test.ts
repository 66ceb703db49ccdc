/** msgpack-lite as a second codec beside our own: what either writes, the other reads as the same value. */
import { deepStrictEqual } from "node:assert/strict";
import fc from "fast-check";
import { createCodec, decode, encode } from "msgpack-lite";
import { describe, test } from "vitest";
import { decodeMsgpack } from "../../src/cty/msgpack/decode.ts";
import { CtyDecimal, fromInteger } from "../../src/cty/number.ts";
import { encodeType } from "../../src/cty/type-json.ts";
import { CtyUnknown } from "../../src/cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../../src/cty/value.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";
import { typedValue } from "./arbitrary.ts";

/** 64-bit integers without loss, and maps whose keys may be called `__proto__`. */
const codec = createCodec({ int64: true, usemap: true });
const RUNS = 2000;

/** The value as msgpack-lite takes it: numbers that no double holds as their text, which go-cty takes for any number. */
function plain(value: CtyValue): unknown {
  if (value instanceof CtyDecimal) return value.text;
  if (value instanceof CtyDynamicValue) return [Buffer.from(encodeType(value.type)), plain(value.value)];
  if (typeof value === "bigint") return value.toString();
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, plain(member)]));
  return value;
}

/** What msgpack-lite read, in the form of `plain`. */
function comparable(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(comparable);
  if (value instanceof Map) return new Map([...value].map(([key, member]) => [key, comparable(member)]));
  if (!isInteger64(value)) return value;
  const number = fromInteger(BigInt(value.toString(10)));
  return typeof number === "bigint" ? number.toString() : number;
}

/** An integer of 64 bits, for which msgpack-lite has a class of its own. */
function isInteger64(value: unknown): value is { toString(radix: number): string } {
  return typeof value === "object" && value !== null && "toNumber" in value;
}

function hasUnknown(value: CtyValue): boolean {
  if (value instanceof CtyUnknown) return true;
  if (value instanceof CtyDynamicValue) return hasUnknown(value.value);
  if (Array.isArray(value)) return value.some(hasUnknown);
  return value instanceof Map && [...value.values()].some(hasUnknown);
}

/** Unknown values are extensions of go-cty's own, which the vectors and golden values hold. */
const knownValue = typedValue.filter(({ value }) => !hasUnknown(value));

describe("every known value", () => {
  test("that msgpack-lite writes is read as it was", () => {
    fc.assert(
      fc.property(knownValue, ({ type, value }) => {
        deepStrictEqual(decodeMsgpack(encode(plain(value), { codec }), type), value);
      }),
      { numRuns: RUNS },
    );
  });

  test("that is written is what msgpack-lite reads", () => {
    fc.assert(
      fc.property(knownValue, ({ type, value }) => {
        const read: unknown = decode(Buffer.from(encodeMsgpack(value, type)), { codec });
        deepStrictEqual(comparable(read), comparable(plain(value)));
      }),
      { numRuns: RUNS },
    );
  });
});
