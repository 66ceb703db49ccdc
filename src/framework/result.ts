/**
 * What a data source or function answers, from JavaScript to cty, held against its type.
 *
 * The compiler has checked most of it. What it cannot see (a surplus member, NaN, half a surrogate pair) would make
 * the host refuse the whole read or crash, so it is found here and told as what it is: a bug in the provider.
 */
import { formatPath, type Path, type PathStep } from "../cty/path.ts";
import type { CtyValue } from "../cty/value.ts";
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

/** Turns one value into cty. @throws ResultError */
export type ResultConverter = (value: unknown) => CtyValue;

/** Prepares the conversion of values of a type, so that 100,000 of them pay for it once. */
export function resultConverter(type: ValueType): ResultConverter {
  switch (type.kind) {
    case "text":
      return convertText;
    case "number":
      return convertNumber;
    case "integer":
      return convertInteger;
    case "bool":
      return convertBool;
    case "list":
      return listConverter(type.element);
    case "set":
      return setConverter(type.element);
    case "map":
      return mapConverter(type.element);
    case "object":
      return objectConverter(type.fields);
    case "nullable": {
      const inner = resultConverter(type.type);
      return (value) => (value === null ? null : inner(value));
    }
    case "options":
      return fail("is of a type that only parameters can have");
  }
}

function convertText(value: unknown): string {
  if (typeof value !== "string") throw mismatch("text", value);
  if (!value.isWellFormed()) throw new ResultError("is not well-formed Unicode");
  return value;
}

function convertNumber(value: unknown): CtyValue {
  if (typeof value !== "number") throw mismatch("a number", value);
  if (!Number.isFinite(value)) throw new ResultError(`is ${value}, not a finite number`);
  return ctyNumberOf(value);
}

function convertInteger(value: unknown): number {
  if (typeof value !== "number") throw mismatch("a number", value);
  if (!Number.isSafeInteger(value))
    throw new ResultError(`is ${value}, not a whole number of at most 2^53 - 1`);
  return value === 0 ? 0 : value;
}

function convertBool(value: unknown): boolean {
  if (typeof value !== "boolean") throw mismatch("true or false", value);
  return value;
}

function listConverter(element: ValueType): ResultConverter {
  const convert = resultConverter(element);
  return (value) => {
    if (!Array.isArray(value)) throw mismatch("a list", value);
    const items = new Array<CtyValue>(value.length);
    let index = 0;
    try {
      // Not forEach, which skips holes: a hole is an undefined element, and an error.
      for (; index < items.length; index++) items[index] = convert(value[index]);
    } catch (error) {
      throw inside({ kind: "index", index }, error);
    }
    return items;
  };
}

function setConverter(element: ValueType): ResultConverter {
  const convert = listConverter(element);
  return (value) => {
    try {
      return convert(value);
    } catch (error) {
      // No step leads into a set.
      throw error instanceof ResultError ? new ResultError(error.problem) : error;
    }
  };
}

function mapConverter(element: ValueType): ResultConverter {
  const convert = resultConverter(element);
  return (value) => {
    if (!(value instanceof Map)) throw mismatch("a Map", value);
    const items = new Map<string, CtyValue>();
    for (const [key, item] of value as ReadonlyMap<unknown, unknown>) {
      if (typeof key !== "string") throw new ResultError("has a key that is not text");
      if (!key.isWellFormed()) throw new ResultError("has a key that is not well-formed Unicode");
      try {
        items.set(key, convert(item));
      } catch (error) {
        throw inside({ kind: "key", key }, error);
      }
    }
    return items;
  };
}

function objectConverter(fields: Fields): ResultConverter {
  const members = Object.entries(fields).map(([name, type]) => ({ name, convert: resultConverter(type) }));
  return (value) => {
    if (!isPlainObject(value)) throw mismatch("an object", value);
    if (Object.keys(value).length > members.length) throw surplus(fields, value);
    const items = new Map<string, CtyValue>();
    let current = "";
    try {
      for (const { name, convert } of members) {
        current = name;
        const item = value[name];
        if (item === undefined) throw new ResultError("is missing");
        items.set(name, convert(item));
      }
    } catch (error) {
      throw inside({ kind: "attribute", name: current }, error);
    }
    return items;
  };
}

function isPlainObject(value: unknown): value is { readonly [name: string]: unknown } {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Map);
}

function surplus(fields: Fields, value: object): ResultError {
  const strangers = Object.keys(value).filter((name) => !Object.hasOwn(fields, name));
  return new ResultError(`has members that the schema does not have: ${strangers.join(", ")}`);
}

function inside(step: PathStep, error: unknown): unknown {
  return error instanceof ResultError ? new ResultError(error.problem, [step, ...error.path]) : error;
}

function mismatch(expected: string, value: unknown): ResultError {
  return new ResultError(`is ${kindOf(value)}, not ${expected}`);
}

function kindOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "a list" : typeof value;
}

function fail(problem: string): ResultConverter {
  return () => {
    throw new ResultError(problem);
  };
}
