/**
 * Unknown values to MessagePack, with what is known about them.
 * Source: go-cty `cty/msgpack/unknown.go`.
 */
import { mismatch } from "../../../src/cty/error.ts";
import { MAX_EXTENSION_BYTES } from "../../../src/cty/limits.ts";
import { REFINED_EXTENSION, REFINEMENT, UNKNOWN_MSGPACK } from "../../../src/cty/msgpack/unknown.ts";
import { MsgpackWriter } from "../../../src/cty/msgpack/writer.ts";
import { canonicalNumber } from "../../../src/cty/number.ts";
import type { CtyType } from "../../../src/cty/type.ts";
import type { CtyUnknown, NumberBound, Refinements } from "../../../src/cty/unknown.ts";
import { writeExtension } from "./write-bytes.ts";

/** Longer prefixes are cut: any beginning of a known beginning is known too. As in go-cty. */
const MAX_PREFIX_BYTES = 256;

/** @throws Fault when something is said that cannot be said about the type. */
export function writeUnknown(writer: MsgpackWriter, value: CtyUnknown, type: CtyType): void {
  // Nothing can be said about a value whose type is not known.
  const entries = type.kind === "dynamic" ? [] : refinementEntries(value.refinements ?? {}, type);
  if (entries.length === 0) {
    writer.raw(UNKNOWN_MSGPACK);
    return;
  }
  const body = new MsgpackWriter();
  body.map(entries.length);
  for (const write of entries) write(body);
  const bytes = body.finish();
  if (bytes.length > MAX_EXTENSION_BYTES) mismatch("too much is known about an unknown value");
  writeExtension(writer, REFINED_EXTENSION, bytes);
}

type Entry = (body: MsgpackWriter) => void;

/** What is known, in go-cty's order; bounds that hold for every value are left out. */
function refinementEntries(known: Refinements, type: CtyType): Entry[] {
  const entries: Entry[] = [];
  const { nullness, stringPrefix, numberMin, numberMax, lengthMin, lengthMax } = known;
  if (nullness !== undefined) {
    entries.push((body) => {
      body.integer(REFINEMENT.nullness);
      body.bool(nullness === "null");
    });
  }
  if (stringPrefix !== undefined && stringPrefix !== "") {
    if (type.kind !== "string") mismatch(`an unknown ${type.kind} has no prefix`);
    entries.push((body) => {
      body.integer(REFINEMENT.stringPrefix);
      body.text(shortPrefix(stringPrefix.toWellFormed()));
    });
  }
  if (numberMin !== undefined || numberMax !== undefined) {
    if (type.kind !== "number") mismatch(`an unknown ${type.kind} has no bounds`);
    if (numberMin !== undefined && numberMin.value !== Number.NEGATIVE_INFINITY) {
      entries.push((body) => writeBound(body, REFINEMENT.numberMin, numberMin));
    }
    if (numberMax !== undefined && numberMax.value !== Number.POSITIVE_INFINITY) {
      entries.push((body) => writeBound(body, REFINEMENT.numberMax, numberMax));
    }
  }
  if (lengthMin !== undefined || lengthMax !== undefined) {
    if (type.kind !== "list" && type.kind !== "set" && type.kind !== "map") {
      mismatch(`an unknown ${type.kind} has no length`);
    }
    if (lengthMin !== undefined && lengthMin !== 0) {
      entries.push((body) => writeLength(body, REFINEMENT.lengthMin, lengthMin));
    }
    if (lengthMax !== undefined) entries.push((body) => writeLength(body, REFINEMENT.lengthMax, lengthMax));
  }
  return entries;
}

function writeBound(body: MsgpackWriter, key: number, bound: NumberBound): void {
  body.integer(key);
  body.array(2);
  body.number(canonicalNumber(bound.value));
  body.bool(bound.inclusive);
}

function writeLength(body: MsgpackWriter, key: number, length: number): void {
  if (!Number.isSafeInteger(length) || length < 0)
    mismatch("the length of an unknown is a whole number from 0 on");
  body.integer(key);
  body.integer(length);
}

/** At most 255 bytes of a longer prefix, ending with a whole character. */
function shortPrefix(prefix: string): string {
  const bytes = Buffer.from(prefix);
  if (bytes.length <= MAX_PREFIX_BYTES) return prefix;
  let end = MAX_PREFIX_BYTES - 1;
  while (((bytes[end] ?? 0) & 0xc0) === 0x80) end--;
  return bytes.toString("utf8", 0, end);
}
