/**
 * The answer of a data source or function, from JavaScript to MessagePack in one pass, checked against its type.
 *
 * The compiler has checked most of it. What it cannot see (a surplus member, NaN, half a surrogate pair) would make
 * the host refuse the whole read, or crash. So it is found here, and reported as a bug in the provider.
 */
import { MsgpackWriter } from "../cty/msgpack/writer.ts";
import { formatPath, type Path, type PathStep } from "../cty/path.ts";
import { compareText } from "../cty/text-order.ts";
import { ctyNumberOf } from "./number.ts";
import type { Fields, ValueType } from "./type.ts";

/** A result that its type does not allow. */
export class ResultError extends Error {
  override readonly name = "ResultError";
  readonly path: Path;
  readonly problem: string;
  constructor(problem: string, path: Path = []) {
    super(`${path.length === 0 ? "the result" : formatPath(path)} ${problem}`);
    this.path = path;
    this.problem = problem;
  }
}

/** Writes one value. @throws ResultError; what was written before that is of no use */
export type ResultWriter = (value: unknown, writer: MsgpackWriter) => void;

/** Prepares the writing of values of a type, so that this is done once for 100,000 values. */
export function resultWriter(type: ValueType): ResultWriter {
  switch (type.kind) {
    case "text":
      return writeText;
    case "number":
      return writeAnyNumber;
    case "integer":
      return writeInteger;
    case "bool":
      return writeBool;
    case "list":
      return listWriter(type.element);
    case "set":
      return setWriter(type.element);
    case "map":
      return mapWriter(type.element);
    case "object":
      return objectWriter(type.fields);
    case "nullable":
      return nullableWriter(type.type);
    case "options":
      throw new ResultError("is of a type that only parameters of functions can have");
  }
}

/** One value in MessagePack. @throws ResultError */
export function encodeResult(type: ValueType, value: unknown): Uint8Array {
  const writer = new MsgpackWriter();
  resultWriter(type)(value, writer);
  return writer.finish();
}

function writeText(value: unknown, writer: MsgpackWriter): void {
  if (typeof value !== "string") throw mismatch("text", value);
  if (!value.isWellFormed()) throw new ResultError("is not well-formed Unicode");
  writer.text(value);
}

function writeAnyNumber(value: unknown, writer: MsgpackWriter): void {
  if (typeof value !== "number") throw mismatch("a number", value);
  if (!Number.isFinite(value)) throw new ResultError(`is ${value}, not a finite number`);
  writer.number(ctyNumberOf(value));
}

function writeInteger(value: unknown, writer: MsgpackWriter): void {
  if (typeof value !== "number") throw mismatch("a number", value);
  if (!Number.isSafeInteger(value))
    throw new ResultError(`is ${value}, not a whole number of at most 2^53 - 1`);
  writer.integer(value);
}

function writeBool(value: unknown, writer: MsgpackWriter): void {
  if (typeof value !== "boolean") throw mismatch("true or false", value);
  writer.bool(value);
}

function nullableWriter(type: ValueType): ResultWriter {
  const write = resultWriter(type);
  return (value, writer) => {
    if (value === null) writer.nil();
    else write(value, writer);
  };
}

function listWriter(element: ValueType): ResultWriter {
  const write = resultWriter(element);
  return (value, writer) => {
    if (!Array.isArray(value)) throw mismatch("a list", value);
    const items: readonly unknown[] = value;
    writer.array(items.length);
    let index = 0;
    try {
      // Not forEach, which skips holes. A hole is an undefined element, and so an error.
      for (; index < items.length; index++) write(items[index], writer);
    } catch (error) {
      throw inside({ kind: "index", index }, error);
    }
  };
}

function setWriter(element: ValueType): ResultWriter {
  const write = listWriter(element);
  return (value, writer) => {
    try {
      write(value, writer);
    } catch (error) {
      throw withoutSteps(error);
    }
  };
}

/** No step leads into a set: the path of an error inside it ends at the set. */
function withoutSteps(error: unknown): unknown {
  const hasSteps = error instanceof ResultError && error.path.length > 0;
  return hasSteps ? new ResultError(`has an element which ${error.problem}`) : error;
}

function mapWriter(element: ValueType): ResultWriter {
  const write = resultWriter(element);
  return (value, writer) => {
    if (!(value instanceof Map)) throw mismatch("a Map", value);
    const items: ReadonlyMap<string, unknown> = value;
    const keys = [...items.keys()];
    for (const key of keys) checkKey(key);
    writer.map(keys.length);
    for (const key of keys.sort(compareText)) {
      writer.text(key);
      try {
        write(items.get(key), writer);
      } catch (error) {
        throw inside({ kind: "key", key }, error);
      }
    }
  };
}

function checkKey(key: unknown): void {
  if (typeof key !== "string") throw new ResultError("has a key that is not text");
  if (!key.isWellFormed()) throw new ResultError("has a key that is not well-formed Unicode");
}

function objectWriter(fields: Fields): ResultWriter {
  const members = Object.entries(fields)
    .map(([name, type]) => ({ name, encodedName: encodeName(name), write: resultWriter(type) }))
    .sort((a, b) => compareText(a.name, b.name));
  const names = new Set(Object.keys(fields));
  return (value, writer) => {
    checkMembers(value, names);
    writer.map(members.length);
    for (const { name, encodedName, write } of members) {
      writer.raw(encodedName);
      writeMember(name, memberOf(value, name), write, writer);
    }
  };
}

/** The name of a member as MessagePack, encoded once for all objects of a type. */
export function encodeName(name: string): Uint8Array {
  const writer = new MsgpackWriter();
  writer.text(name);
  return writer.finish();
}

/** A member of an object. What every object inherits (`constructor`) does not count. */
export function memberOf(value: { readonly [name: string]: unknown }, name: string): unknown {
  const member = value[name];
  return name in Object.prototype && !Object.hasOwn(value, name) ? undefined : member;
}

/** Writes one member of an object, and adds its name to the path of an error. */
export function writeMember(name: string, value: unknown, write: ResultWriter, writer: MsgpackWriter): void {
  try {
    if (value === undefined) throw new ResultError("is missing");
    write(value, writer);
  } catch (error) {
    throw inside({ kind: "attribute", name }, error);
  }
}

/** Checks that a value is an object with no surplus members. Missing ones are found when it is written. */
export function checkMembers(
  value: unknown,
  known: { readonly size: number; has(name: string): boolean },
): asserts value is { readonly [name: string]: unknown } {
  if (typeof value !== "object" || value === null || Array.isArray(value) || value instanceof Map) {
    throw mismatch("an object", value);
  }
  const names = Object.keys(value);
  if (names.length <= known.size) return;
  const surplus = names.filter((name) => !known.has(name));
  throw new ResultError(`has members that the schema does not have: ${surplus.join(", ")}`);
}

function inside(step: PathStep, error: unknown): unknown {
  return error instanceof ResultError ? new ResultError(error.problem, [step, ...error.path]) : error;
}

function mismatch(expected: string, value: unknown): ResultError {
  return new ResultError(`is ${kindOf(value)}, not ${expected}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (Array.isArray(value)) return "a list";
  if (value instanceof Map) return "a Map";
  return typeof value === "object" ? "an object" : typeof value;
}
