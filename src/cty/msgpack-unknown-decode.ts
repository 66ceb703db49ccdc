/**
 * Unknown values from MessagePack: an extension, with a map of what is already known about the value.
 * Source: go-cty `cty/msgpack/unknown.go`.
 */
import { CtyError, mismatch } from "./error.ts";
import type { ExpansionBudget } from "./expansion-budget.ts";
import { nameOf, rawNumber, rawText } from "./msgpack-leaf.ts";
import { scanRefinements } from "./msgpack-scan.ts";
import { decodeTree, type RawExtension, type RawValue } from "./msgpack-tree.ts";
import type { CtyType } from "./type.ts";
import { CtyUnknown, type NumberBound, type Refinements, UNKNOWN } from "./unknown.ts";

/** The one extension whose body says something. */
export const REFINED_EXTENSION = 12;

/** Keys of the map in the body. */
export const REFINEMENT = {
  nullness: 1,
  stringPrefix: 2,
  numberMin: 3,
  numberMax: 4,
  lengthMin: 5,
  lengthMax: 6,
} as const;

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/**
 * Reads an extension. Keys that are not known are left out: a later go-cty may know more.
 * @throws Fault when the body is broken, or says what cannot be said about the type.
 */
export function decodeUnknown(raw: RawExtension, type: CtyType, budget: ExpansionBudget): CtyUnknown {
  if (raw.type !== REFINED_EXTENSION || raw.body.length <= 1) return UNKNOWN;
  const body = decodeBody(raw.body);
  if (!(body instanceof Map)) return mismatch("what is known about an unknown value is not a map");
  // Nothing can be said about a value whose type is not known.
  if (type.kind === "dynamic") return UNKNOWN;
  const refinements: Mutable<Refinements> = {};
  for (const [key, value] of body) refine(refinements, key, value, type, budget);
  return Object.keys(refinements).length === 0 ? UNKNOWN : new CtyUnknown(refinements);
}

function decodeBody(body: Uint8Array): RawValue {
  try {
    scanRefinements(body);
  } catch (error) {
    if (!(error instanceof CtyError)) throw error;
    return mismatch(`what is known about an unknown value cannot be read: ${error.problem}`);
  }
  return decodeTree(body);
}

function refine(
  into: Mutable<Refinements>,
  key: unknown,
  value: RawValue,
  type: CtyType,
  budget: ExpansionBudget,
): void {
  switch (key) {
    case REFINEMENT.nullness:
      into.nullness = nullness(value);
      break;
    case REFINEMENT.stringPrefix:
      if (type.kind !== "string") mismatch(`an unknown ${type.kind} has no prefix`);
      into.stringPrefix =
        rawText(value) ?? mismatch(`the prefix of an unknown is a text, not ${nameOf(value)}`);
      break;
    case REFINEMENT.numberMin:
      into.numberMin = numberBound(value, type, budget);
      break;
    case REFINEMENT.numberMax:
      into.numberMax = numberBound(value, type, budget);
      break;
    case REFINEMENT.lengthMin:
      into.lengthMin = lengthBound(value, type, budget) ?? mismatch(NOT_A_LENGTH);
      break;
    case REFINEMENT.lengthMax: {
      const bound = lengthBound(value, type, budget);
      if (bound !== undefined) into.lengthMax = bound;
      break;
    }
  }
}

function nullness(value: RawValue): "null" | "not-null" {
  if (typeof value !== "boolean") mismatch(`the nullness of an unknown is a bool, not ${nameOf(value)}`);
  return value ? "null" : "not-null";
}

const NOT_A_LENGTH = "the length of an unknown is a whole number from 0 on";

/** Undefined stands for more than can be counted: Go's greatest int is its way to say "no upper bound". */
function lengthBound(value: RawValue, type: CtyType, budget: ExpansionBudget): number | undefined {
  if (type.kind !== "list" && type.kind !== "set" && type.kind !== "map") {
    mismatch(`an unknown ${type.kind} has no length`);
  }
  const length = rawNumber(value, budget);
  if (typeof length === "bigint" && length > 0n) return undefined;
  if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) mismatch(NOT_A_LENGTH);
  return length;
}

function numberBound(value: RawValue, type: CtyType, budget: ExpansionBudget): NumberBound {
  if (type.kind !== "number") mismatch(`an unknown ${type.kind} has no bounds`);
  if (!Array.isArray(value) || value.length !== 2) {
    mismatch(`the bound of an unknown is a number and a bool, not ${nameOf(value)}`);
  }
  const [bound, inclusive] = value;
  if (typeof inclusive !== "boolean") mismatch("the bound of an unknown is a number and a bool");
  return { value: rawNumber(bound ?? null, budget), inclusive };
}
