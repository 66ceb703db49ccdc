/**
 * What the user wrote, from cty to JavaScript: checked against its type and by the validators of that type.
 *
 * Every known value is checked, even when its neighbours are unknown. So `tofu validate` shows a mistake although
 * another element of the same list waits for an apply.
 */
import { CtyDecimal } from "../cty/number.ts";
import { formatPath, type Path } from "../cty/path.ts";
import { CtyUnknown, UNKNOWN } from "../cty/unknown.ts";
import { CtyDynamicValue, type CtyValue } from "../cty/value.ts";
import { travelAsTexts } from "./cty-type.ts";
import { Diagnostics } from "./diagnostics.ts";
import type { ErrorSummary } from "./message.ts";
import { nearestNames } from "./nearest-names.ts";
import { doubleOf } from "./number.ts";
import { type Fields, type NullableType, nullable, type OptionsType, type ValueType } from "./type.ts";
import { isUnknown } from "./unknown.ts";
import type { Validator } from "./validator.ts";

/** For a value that is partly unknown or wrong: it is not null, and nothing more can be said of the whole. */
const UNKNOWN_IN_PART = new CtyUnknown({ nullness: "not-null" });

/**
 * The value in the form of its type.
 * @returns a `CtyUnknown` when the value or a part of it is unknown or wrong; when it is wrong, `diagnostics` has
 * errors
 */
export function argumentValue(type: ValueType, value: CtyValue, at: Path, diagnostics: Diagnostics): unknown {
  if (isUnknown(value)) return value;
  if (value instanceof CtyDynamicValue) return argumentValue(type, value.value, at, diagnostics);
  if (type.kind === "nullable") {
    return value === null ? null : argumentValue(type.type, value, at, diagnostics);
  }
  if (value === null) {
    return wrong(
      "Null Value",
      `${formatPath(at)} is null. Leave it out, or give it a value.`,
      at,
      diagnostics,
    );
  }
  const converted = convert(type, value, at, diagnostics);
  return isUnknown(converted) ? converted : validated(type.validators ?? [], converted, at, diagnostics);
}

function validated(
  validators: readonly Validator<never>[],
  value: unknown,
  at: Path,
  diagnostics: Diagnostics,
): unknown {
  const found = new Diagnostics();
  for (const validate of validators) validate(value as never, at, found);
  diagnostics.addAll(found);
  return found.hasErrors ? UNKNOWN_IN_PART : value;
}

type NotNull = Exclude<CtyValue, null | CtyUnknown | CtyDynamicValue>;

function convert(
  type: Exclude<ValueType, NullableType>,
  value: NotNull,
  at: Path,
  diagnostics: Diagnostics,
): unknown {
  switch (type.kind) {
    case "text":
      return typeof value === "string" ? value : mismatch("text", at, diagnostics);
    case "bool":
      return typeof value === "boolean" ? value : mismatch("true or false", at, diagnostics);
    case "number":
    case "integer":
      return convertNumber(type.kind, value, at, diagnostics);
    case "list":
      return convertItems(type.element, value, (index) => [...at, { kind: "index", index }], at, diagnostics);
    case "set":
      // No step leads into a set, so diagnostics about an element point at the whole set.
      return convertItems(type.element, value, () => at, at, diagnostics);
    case "map":
      return convertMap(type.element, value, at, diagnostics);
    case "object":
      return isMap(value)
        ? convertFields(type.fields, value, at, diagnostics)
        : mismatch("an object", at, diagnostics);
    case "options":
      return convertOptions(type, value, at, diagnostics);
  }
}

function convertNumber(
  kind: "number" | "integer",
  value: NotNull,
  at: Path,
  diagnostics: Diagnostics,
): unknown {
  if (typeof value !== "number" && typeof value !== "bigint" && !(value instanceof CtyDecimal)) {
    return mismatch("a number", at, diagnostics);
  }
  const written = `${formatPath(at)} is ${value instanceof CtyDecimal ? value.text : value}`;
  const double = doubleOf(value);
  if (kind === "integer" && double !== null && !Number.isInteger(double)) {
    return wrong("Invalid Number", `${written}, and must be a whole number.`, at, diagnostics);
  }
  if (double === null || (kind === "integer" && !Number.isSafeInteger(double))) {
    const problem = `${written}, which is larger or more precise than the provider can handle.`;
    return wrong("Invalid Number", problem, at, diagnostics);
  }
  return double;
}

function convertItems(
  element: ValueType,
  value: NotNull,
  pathOf: (index: number) => Path,
  at: Path,
  diagnostics: Diagnostics,
): unknown {
  if (!isArray(value)) return mismatch("a list", at, diagnostics);
  const items = value.map((item, index) => argumentValue(element, item, pathOf(index), diagnostics));
  return items.some(isUnknown) ? UNKNOWN_IN_PART : items;
}

function convertMap(element: ValueType, value: NotNull, at: Path, diagnostics: Diagnostics): unknown {
  if (!isMap(value)) return mismatch("a map", at, diagnostics);
  const items = new Map<string, unknown>();
  for (const [key, item] of value) {
    items.set(key, argumentValue(element, item, [...at, { kind: "key", key }], diagnostics));
  }
  return items.values().some(isUnknown) ? UNKNOWN_IN_PART : items;
}

function convertFields(
  fields: Fields,
  value: ReadonlyMap<string, CtyValue>,
  at: Path,
  diagnostics: Diagnostics,
): unknown {
  const members = Object.entries(fields).map(([name, type]): [string, unknown] => {
    const path: Path = [...at, { kind: "attribute", name }];
    return [name, argumentValue(type, value.get(name) ?? null, path, diagnostics)];
  });
  return members.some(([, member]) => isUnknown(member)) ? UNKNOWN_IN_PART : Object.fromEntries(members);
}

function convertOptions(type: OptionsType, value: NotNull, at: Path, diagnostics: Diagnostics): unknown {
  if (!isMap(value)) return mismatch("an object", at, diagnostics);
  const names = Object.keys(type.fields);
  const strangers = [...value.keys()].filter((name) => !Object.hasOwn(type.fields, name));
  for (const name of strangers) {
    const [near] = nearestNames(name, names);
    // The question comes first, because the host ends the message of a function with a full stop.
    const meant = near === undefined ? "" : ` Did you mean ${near}?`;
    const problem = `${formatPath(at)} has no option ${JSON.stringify(name)}.${meant} Its options are ${names.join(", ")}.`;
    wrong("Unknown Option", problem, at, diagnostics);
  }
  const fields = Object.fromEntries(
    Object.entries(type.fields).map(([name, field]) => [name, nullable(field)]),
  );
  const written = travelAsTexts(type.fields) ? withFlags(type.fields, value) : value;
  const converted = convertFields(fields, written, at, diagnostics);
  return strangers.length === 0 ? converted : UNKNOWN;
}

/** The texts of flags, as hosts read them. */
const FLAGS: ReadonlyMap<CtyValue, boolean> = new Map([
  ["true", true],
  ["1", true],
  ["false", false],
  ["0", false],
]);

/** Turns a map of texts into options, with its flags as booleans again. */
function withFlags(fields: Fields, texts: ReadonlyMap<string, CtyValue>): ReadonlyMap<string, CtyValue> {
  const flag = (name: string, value: CtyValue): CtyValue =>
    Object.hasOwn(fields, name) && fields[name]?.kind === "bool" ? (FLAGS.get(value) ?? value) : value;
  return new Map(texts.entries().map(([name, value]) => [name, flag(name, value)] as const));
}

function mismatch(expected: string, at: Path, diagnostics: Diagnostics): CtyUnknown {
  return wrong("Invalid Value", `${formatPath(at)} must be ${expected}.`, at, diagnostics);
}

function wrong(summary: ErrorSummary, detail: string, at: Path, diagnostics: Diagnostics): CtyUnknown {
  diagnostics.error(summary, detail, at);
  return UNKNOWN;
}

function isArray(value: NotNull): value is readonly CtyValue[] {
  return Array.isArray(value);
}

function isMap(value: NotNull): value is ReadonlyMap<string, CtyValue> {
  return value instanceof Map;
}
