import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CtyValue } from "../../src/cty/value.ts";
import { ctyTypeOf } from "../../src/framework/cty-type.ts";
import { ctyNumberOf } from "../../src/framework/number.ts";
import { path } from "../../src/framework/path.ts";
import { encodeResult, ResultError } from "../../src/framework/result.ts";
import {
  bool,
  integer,
  list,
  map,
  nullable,
  number,
  object,
  options,
  set,
  text,
  type ValueType,
} from "../../src/framework/type.ts";
import { encodeMsgpack } from "../support/cty/encode.ts";

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString("hex");

function errorOf(type: ValueType, value: unknown): unknown {
  try {
    return encodeResult(type, value);
  } catch (error) {
    return error;
  }
}

describe("encodeResult", () => {
  // The vectors are those of go-cty.
  it.each<readonly [string, ValueType, unknown, string]>([
    ["text", text, "hello", "a568656c6c6f"],
    ["empty text", text, "", "a0"],
    ["null", nullable(text), null, "c0"],
    ["true", bool, true, "c3"],
    ["a whole number", integer, 1, "01"],
    ["minus zero", integer, -0, "00"],
    ["a large whole number", integer, 2 ** 32, "cf0000000100000000"],
    ["a fraction that a double holds", number, 1.5, "cb3ff8000000000000"],
    ["a fraction that no double holds", number, 0.8, "a3302e38"],
    ["a whole number beyond 2^53", number, 1e20, "b5313030303030303030303030303030303030303030"],
    ["an object", object({ greeting: text }), { greeting: "hello" }, "81a86772656574696e67a568656c6c6f"],
    ["an object's members sorted", object({ b: bool, a: bool }), { b: true, a: false }, "82a161c2a162c3"],
    [
      "a map's keys sorted",
      map(bool),
      new Map([
        ["b", true],
        ["a", false],
      ]),
      "82a161c2a162c3",
    ],
    ["a map with the key __proto__", map(bool), new Map([["__proto__", true]]), "81a95f5f70726f746f5f5fc3"],
    ["an empty list", list(text), [], "90"],
    ["a set", set(integer), [2, 1], "920201"],
  ])("writes %s as go-cty does", (_what, type, value, expected) => {
    expect(hex(encodeResult(type, value))).toBe(expected);
  });

  it.each<readonly [string, ValueType, unknown, string]>([
    ["a number for text", text, 7, "the result is number, not text"],
    ["null for text", text, null, "the result is null, not text"],
    ["undefined for text", text, undefined, "the result is undefined, not text"],
    ["half a surrogate pair", text, "\ud83d", "the result is not well-formed Unicode"],
    ["text for a number", number, "7", "the result is string, not a number"],
    ["a bigint for a number", number, 7n, "the result is bigint, not a number"],
    ["NaN", number, Number.NaN, "the result is NaN, not a finite number"],
    ["infinity", number, Number.POSITIVE_INFINITY, "the result is Infinity, not a finite number"],
    ["text for an integer", integer, "7", "the result is string, not a number"],
    ["NaN for an integer", integer, Number.NaN, "the result is NaN, not a whole number of at most 2^53 - 1"],
    ["a fraction", integer, 1.5, "the result is 1.5, not a whole number of at most 2^53 - 1"],
    ["2^53", integer, 2 ** 53, "the result is 9007199254740992, not a whole number of at most 2^53 - 1"],
    ["text for a bool", bool, "true", "the result is string, not true or false"],
    ["an object for a list", list(text), {}, "the result is an object, not a list"],
    ["text for a set", set(text), "x", "the result is string, not a list"],
    ["an object for a map", map(text), { a: "x" }, "the result is an object, not a Map"],
    ["a key that is no text", map(text), new Map([[1, "x"]]), "the result has a key that is not text"],
    [
      "a key with half a surrogate pair",
      map(text),
      new Map([["\udc00", "x"]]),
      "the result has a key that is not well-formed Unicode",
    ],
    ["null for an object", object({}), null, "the result is null, not an object"],
    ["a list for an object", object({}), [], "the result is a list, not an object"],
    ["a Map for an object", object({}), new Map(), "the result is a Map, not an object"],
    ["an absent member", object({ a: text }), {}, "a is missing"],
    ["an undefined member", object({ a: nullable(text) }), { a: undefined }, "a is missing"],
    [
      "surplus members",
      object({ a: text }),
      { a: "x", b: 1, c: 2 },
      "the result has members that the schema does not have: b, c",
    ],
    ["a member that every object inherits", object({ constructor: text }), {}, "constructor is missing"],
    ["a member of another name", object({ a: text }), { b: "x" }, "a is missing"],
    [
      "a type for parameters",
      options({ a: text }),
      { a: "x" },
      "the result is of a type that only parameters of functions can have",
    ],
  ])("refuses %s", (_what, type, value, message) => {
    const error = errorOf(type, value);
    expect(error).toBeInstanceOf(ResultError);
    expect(error).toHaveProperty("message", message);
  });

  it.each<readonly [string, ValueType, unknown, ReturnType<typeof path>, string]>([
    ["an element", list(text), ["x", 1], path(1), "[1] is number, not text"],
    ["a hole in a list", list(text), new Array(1), path(0), "[0] is undefined, not text"],
    ["a value of a map", map(text), new Map([["k", null]]), path({ key: "k" }), '["k"] is null, not text'],
    [
      "a member deep inside",
      list(object({ groups: list(nullable(integer)) })),
      [{ groups: [1] }, { groups: [1, null, 0.5] }],
      path(1, "groups", 2),
      "[1].groups[2] is 0.5, not a whole number of at most 2^53 - 1",
    ],
    [
      "a set, into which no path leads",
      object({ tags: set(object({ a: text })) }),
      { tags: [{ a: 1 }] },
      path("tags"),
      "tags has an element which is number, not text",
    ],
  ])("says where the fault is: %s", (_what, type, value, at, message) => {
    const error = errorOf(type, value);
    expect(error).toMatchObject({ path: at, message });
  });

  it("writes the same bytes as the cty value that the result stands for", () => {
    fc.assert(
      fc.property(typedValue, ({ type, value }) => {
        expect(hex(encodeResult(type, value))).toBe(hex(encodeMsgpack(toCty(type, value), ctyTypeOf(type))));
      }),
    );
  });
});

interface TypedValue {
  readonly type: ValueType;
  readonly value: unknown;
}

const typedValue = fc.letrec<{ any: TypedValue }>((tie) => ({
  any: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.string({ unit: "binary" }).map((value) => ({ type: text, value: value.toWellFormed() })),
    fc.boolean().map((value) => ({ type: bool, value })),
    fc.maxSafeInteger().map((value) => ({ type: integer, value })),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => ({ type: number, value })),
    tie("any").chain(({ type, value }) =>
      fc.boolean().map((absent) => ({ type: asNullable(type), value: absent ? null : value })),
    ),
    tie("any").chain(({ type, value }) =>
      fc.nat(20).map((length) => ({ type: list(type), value: new Array(length).fill(value) })),
    ),
    tie("any").chain(({ type, value }) =>
      fc
        .array(fc.string({ unit: "binary" }))
        .map((keys) => ({ type: map(type), value: new Map(keys.map((key) => [key.toWellFormed(), value])) })),
    ),
    fc
      .dictionary(fc.stringMatching(/^[a-z][a-z0-9_]{0,40}$/), tie("any"), { maxKeys: 20 })
      .map((members) => ({
        type: object(mapMembers(members, (member) => member.type)),
        value: mapMembers(members, (member) => member.value),
      })),
  ),
})).any;

function asNullable(type: ValueType): ValueType {
  return type.kind === "nullable" ? type : nullable(type);
}

function mapMembers<V, W>(from: { readonly [name: string]: V }, change: (value: V) => W) {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, change(value)]));
}

/** What a result is in cty, the slow way. */
function toCty(type: ValueType, value: unknown): CtyValue {
  if (value === null) return null;
  switch (type.kind) {
    case "nullable":
      return toCty(type.type, value);
    case "number":
    case "integer":
      return ctyNumberOf(value as number);
    case "list":
      return (value as unknown[]).map((item) => toCty(type.element, item));
    case "map":
      return new Map((value as Map<string, unknown>).entries().map(([k, v]) => [k, toCty(type.element, v)]));
    case "object": {
      const members = value as { readonly [name: string]: unknown };
      return new Map(Object.entries(type.fields).map(([name, field]) => [name, toCty(field, members[name])]));
    }
    default:
      return value as CtyValue;
  }
}
