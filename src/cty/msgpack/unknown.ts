/**
 * Unknown values in MessagePack: an extension, with a map of what is known about the value. Source: go-cty
 * `cty/msgpack/unknown.go`.
 */
import { CtyError, mismatch } from "../error.ts";
import type { ExpansionBudget } from "../expansion-budget.ts";
import type { CtyType } from "../type.ts";
import { CtyUnknown, type NumberBound, type Refinements, UNKNOWN } from "../unknown.ts";
import { ARRAY, MAP, SCALAR } from "./cursor.ts";
import { MsgpackReader } from "./reader.ts";
import { scanRefinements } from "./scan.ts";

/** The unknown value without refinements, as go-cty writes it. */
export const UNKNOWN_MSGPACK: Uint8Array = Uint8Array.of(0xd4, 0x00, 0x00);

/** The only extension whose body has a meaning. */
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
 * Reads an extension. Unknown keys are skipped, since a later go-cty may have more.
 * @throws Fault when the body is broken, or says something that cannot be said about the type.
 */
export function decodeUnknown(
  extension: { readonly type: number; readonly body: Uint8Array },
  type: CtyType,
  budget: ExpansionBudget,
): CtyUnknown {
  if (extension.type !== REFINED_EXTENSION || extension.body.length <= 1) return UNKNOWN;
  const reader = readerOf(extension.body);
  if (reader.kind !== MAP) return mismatch("what is known about an unknown value is not a map");
  // A value whose type is not known has no refinements.
  if (type.kind === "dynamic") return UNKNOWN;
  const refinements: Mutable<Refinements> = {};
  const { size } = reader;
  for (let i = 0; i < size; i++) {
    const key = readKey(reader, budget);
    reader.read();
    refine(refinements, key, reader, type, budget);
  }
  return Object.keys(refinements).length === 0 ? UNKNOWN : new CtyUnknown(refinements);
}

/** A reader that has read the head of the map. */
function readerOf(body: Uint8Array): MsgpackReader {
  try {
    scanRefinements(body);
  } catch (error) {
    if (!(error instanceof CtyError)) throw error;
    return mismatch(`what is known about an unknown value cannot be read: ${error.problem}`);
  }
  const reader = new MsgpackReader(body);
  reader.read();
  return reader;
}

/** A key as a number; anything else is no known key. */
function readKey(reader: MsgpackReader, budget: ExpansionBudget): unknown {
  reader.read();
  if (reader.kind === SCALAR && !reader.isNull && reader.bool() === undefined) return reader.number(budget);
  reader.skipChildren();
  return undefined;
}

/** Reads the value of one key; the reader is at its head. */
function refine(
  into: Mutable<Refinements>,
  key: unknown,
  reader: MsgpackReader,
  type: CtyType,
  budget: ExpansionBudget,
): void {
  switch (key) {
    case REFINEMENT.nullness:
      into.nullness = nullness(reader);
      break;
    case REFINEMENT.stringPrefix:
      if (type.kind !== "string") mismatch(`an unknown ${type.kind} has no prefix`);
      into.stringPrefix =
        reader.text() ?? mismatch(`the prefix of an unknown is a text, not ${reader.name()}`);
      break;
    case REFINEMENT.numberMin:
      into.numberMin = numberBound(reader, type, budget);
      break;
    case REFINEMENT.numberMax:
      into.numberMax = numberBound(reader, type, budget);
      break;
    case REFINEMENT.lengthMin:
      into.lengthMin = lengthBound(reader, type, budget) ?? mismatch(NOT_A_LENGTH);
      break;
    case REFINEMENT.lengthMax: {
      const bound = lengthBound(reader, type, budget);
      if (bound !== undefined) into.lengthMax = bound;
      break;
    }
    default:
      reader.skipChildren();
  }
}

function nullness(reader: MsgpackReader): "null" | "not-null" {
  const isNull = reader.bool();
  if (isNull === undefined) mismatch(`the nullness of an unknown is a bool, not ${reader.name()}`);
  return isNull ? "null" : "not-null";
}

const NOT_A_LENGTH = "the length of an unknown is a whole number from 0 on";

/** Undefined when the bound is too large to count: go-cty writes Go's greatest int for "no upper bound". */
function lengthBound(reader: MsgpackReader, type: CtyType, budget: ExpansionBudget): number | undefined {
  if (type.kind !== "list" && type.kind !== "set" && type.kind !== "map") {
    mismatch(`an unknown ${type.kind} has no length`);
  }
  const length = reader.number(budget);
  if (typeof length === "bigint" && length > 0n) return undefined;
  if (typeof length !== "number" || !Number.isSafeInteger(length) || length < 0) mismatch(NOT_A_LENGTH);
  return length;
}

function numberBound(reader: MsgpackReader, type: CtyType, budget: ExpansionBudget): NumberBound {
  if (type.kind !== "number") mismatch(`an unknown ${type.kind} has no bounds`);
  if (reader.kind !== ARRAY || reader.size !== 2) {
    mismatch(`the bound of an unknown is a number and a bool, not ${reader.name()}`);
  }
  reader.read();
  const value = reader.number(budget);
  reader.read();
  const inclusive = reader.bool() ?? mismatch("the bound of an unknown is a number and a bool");
  return { value, inclusive };
}
