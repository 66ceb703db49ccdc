/**
 * The types that attributes and function parameters have, and the TypeScript types that follow from them.
 *
 * | here                | OpenTofu               | TypeScript                          |
 * |---------------------|------------------------|-------------------------------------|
 * | `text`              | string                 | `string`                            |
 * | `number`            | number                 | `number`                            |
 * | `integer`           | number                 | `number`, a safe integer            |
 * | `bool`              | bool                   | `boolean`                           |
 * | `list(T)`, `set(T)` | list, set              | `readonly T[]`                      |
 * | `map(T)`            | map                    | `ReadonlyMap<string, T>`            |
 * | `object({a: T})`    | object                 | `{ readonly a: T }`, exact keys     |
 * | `options({a: T})`   | map, or dynamic        | `{ readonly a: T \| null }`         |
 * | `nullable(T)`       | T, which may be null   | `T \| null`                         |
 *
 * A null is allowed for a `nullable` type, for options that are left out, and for arguments that are `optional`. Any other
 * null is the user's mistake in an argument, and a bug of the provider in a result. A map is a `Map`, not an object, because
 * its keys come from outside: `__proto__` may be one of them.
 */
import type { Validator } from "./validator.ts";

/** Every type may have checks, which `checked` adds. */
interface Checkable {
  readonly validators?: readonly Validator<never>[];
}

export interface TextType extends Checkable {
  readonly kind: "text";
}
export interface NumberType extends Checkable {
  readonly kind: "number";
}
export interface IntegerType extends Checkable {
  readonly kind: "integer";
}
export interface BoolType extends Checkable {
  readonly kind: "bool";
}
export interface ListType<E extends ValueType = ValueType> extends Checkable {
  readonly kind: "list";
  readonly element: E;
}
export interface SetType<E extends ValueType = ValueType> extends Checkable {
  readonly kind: "set";
  readonly element: E;
}
export interface MapType<E extends ValueType = ValueType> extends Checkable {
  readonly kind: "map";
  readonly element: E;
}
export interface ObjectType<F extends Fields = Fields> extends Checkable {
  readonly kind: "object";
  readonly fields: F;
}
export interface OptionsType<F extends Fields = Fields> extends Checkable {
  readonly kind: "options";
  readonly fields: F;
}
export interface NullableType<T = ValueType> extends Checkable {
  readonly kind: "nullable";
  readonly type: T;
}

export interface Fields {
  readonly [name: string]: ValueType;
}

export type ValueType =
  | TextType
  | NumberType
  | IntegerType
  | BoolType
  | ListType
  | SetType
  | MapType
  | ObjectType
  | OptionsType
  | NullableType;

/** The TypeScript type of the values of type `T`; `unknown` when `T` is not known exactly. */
export type ValueOf<T> = [ValueType] extends [T] ? unknown : ExactValueOf<T>;

type ExactValueOf<T> = T extends TextType
  ? string
  : T extends NumberType | IntegerType
    ? number
    : T extends BoolType
      ? boolean
      : T extends ListType<infer E> | SetType<infer E>
        ? readonly ValueOf<E>[]
        : T extends MapType<infer E>
          ? ReadonlyMap<string, ValueOf<E>>
          : T extends ObjectType<infer F>
            ? { readonly [K in keyof F]: ValueOf<F[K]> }
            : T extends OptionsType<infer F>
              ? { readonly [K in keyof F]: ValueOf<F[K]> | null }
              : T extends NullableType<infer I>
                ? ValueOf<I> | null
                : never;

export const text: TextType = { kind: "text" };
/** A number that a double can hold. A configured 0.8 becomes the nearest double; a number of 30 digits is an error. */
export const number: NumberType = { kind: "number" };
/** A whole number of at most 2^53 - 1. */
export const integer: IntegerType = { kind: "integer" };
export const bool: BoolType = { kind: "bool" };

/** Values in order. */
export function list<E extends ValueType>(element: E): ListType<E> {
  return { kind: "list", element };
}

/** Values without order and without duplicates. */
export function set<E extends ValueType>(element: E): SetType<E> {
  return { kind: "set", element };
}

/** Values by key. */
export function map<E extends ValueType>(element: E): MapType<E> {
  return { kind: "map", element };
}

/** An object with exactly these members. */
export function object<F extends Fields>(fields: F): ObjectType<F> {
  return { kind: "object", fields };
}

/**
 * An object whose members a caller may leave out, for parameters of functions. OpenTofu demands every member of an object
 * parameter. So hosts see a map when all members have one type, or when all are texts and flags (a map of texts). Otherwise
 * the parameter is dynamic. A member that is not in `fields` is an error.
 */
export function options<F extends Fields>(fields: F): OptionsType<F> {
  return { kind: "options", fields };
}

/** A type with null: for results that may be absent, and for parameters that accept null. */
export function nullable<T extends { readonly kind: string }>(type: T): NullableType<T> {
  return { kind: "nullable", type };
}

/**
 * The type with validators, which run on every value that is known and not null. With `list(checked(text, pciAddress))`
 * they run for every element, with its path.
 */
export function checked<T extends Exclude<ValueType, NullableType>>(
  type: T,
  ...validators: readonly Validator<ValueOf<T>>[]
): T {
  return { ...type, validators: [...(type.validators ?? []), ...validators] };
}
