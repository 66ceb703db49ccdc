/**
 * Attributes of a provider's configuration or of a data source, and the TypeScript types of their values.
 * Source: protocol 6, `Schema.Attribute` and `Schema.Object`.
 */
import type { CtyUnknown } from "../cty/unknown.ts";
import {
  list,
  map,
  type NullableType,
  nullable,
  type ObjectType,
  object,
  set,
  type ValueOf,
  type ValueType,
} from "./type.ts";

/** Who sets the attribute: the user must, the user may, or the provider does. */
export type Mode = "required" | "optional" | "computed";

export interface AttributeOptions {
  /** Hidden in the output of OpenTofu. */
  readonly sensitive?: boolean;
  /** What to use instead, in Markdown. OpenTofu warns everybody who uses the attribute. */
  readonly deprecated?: string;
}

export interface Attribute<M extends Mode = Mode, T extends AttributeType = AttributeType> {
  readonly mode: M;
  readonly type: T;
  /** Markdown. */
  readonly description: string;
  readonly options: AttributeOptions;
}

/** Objects whose members are attributes too, with their own descriptions. */
export interface NestedType<A extends Attributes = Attributes, N extends Nesting = Nesting> {
  readonly kind: "nested";
  readonly nesting: N;
  readonly attributes: A;
}

/** One object, or several in a list, a set or a map. */
export type Nesting = "single" | "list" | "set" | "map";

export type AttributeType = ValueType | NestedType | NullableType<NestedType>;

export interface Attributes {
  readonly [name: string]: Attribute;
}

/** An argument contains only arguments, and a result only results. */
export interface ArgumentAttributes {
  readonly [name: string]: Attribute<"required" | "optional", ArgumentType>;
}
export interface ResultAttributes {
  readonly [name: string]: Attribute<"computed", ResultType>;
}
export type ArgumentType = ValueType | NestedType<ArgumentAttributes>;
export type ResultType =
  | ValueType
  | NestedType<ResultAttributes>
  | NullableType<NestedType<ResultAttributes>>;

/** An argument that the user has to set. */
export function required<T extends ArgumentType>(
  type: T,
  description: string,
  options: AttributeOptions = {},
): Attribute<"required", T> {
  return { mode: "required", type, description, options };
}

/** An argument that is null when the user does not set it. */
export function optional<T extends ArgumentType>(
  type: T,
  description: string,
  options: AttributeOptions = {},
): Attribute<"optional", T> {
  return { mode: "optional", type, description, options };
}

/** A result. It may be null only when its type is `nullable`. */
export function computed<T extends ResultType>(
  type: T,
  description: string,
  options: AttributeOptions = {},
): Attribute<"computed", T> {
  return { mode: "computed", type, description, options };
}

export function nestedObject<A extends Attributes>(attributes: A): NestedType<A, "single"> {
  return { kind: "nested", nesting: "single", attributes };
}

/** Nested objects in order. */
export function nestedList<A extends Attributes>(attributes: A): NestedType<A, "list"> {
  return { kind: "nested", nesting: "list", attributes };
}

/** Nested objects without order and without duplicates. */
export function nestedSet<A extends Attributes>(attributes: A): NestedType<A, "set"> {
  return { kind: "nested", nesting: "set", attributes };
}

/** Nested objects by name. */
export function nestedMap<A extends Attributes>(attributes: A): NestedType<A, "map"> {
  return { kind: "nested", nesting: "map", attributes };
}

/** The TypeScript type of an attribute's values. It includes null when the user need not set it. */
export type AttributeValue<A> =
  A extends Attribute<infer M, infer T>
    ? M extends "optional"
      ? AttributeTypeValue<T> | null
      : AttributeTypeValue<T>
    : never;

type AttributeTypeValue<T> = [AttributeType] extends [T] ? unknown : ExactValueOf<T>;

type ExactValueOf<T> =
  T extends NestedType<infer A, infer N>
    ? NestedValue<{ readonly [K in keyof A]: AttributeValue<A[K]> }, N>
    : T extends NullableType<infer I>
      ? AttributeTypeValue<I> | null
      : ValueOf<T>;

type NestedValue<O, N extends Nesting> = N extends "single"
  ? O
  : N extends "map"
    ? ReadonlyMap<string, O>
    : readonly O[];

type ArgumentNames<A extends Attributes> = {
  [K in keyof A]: A[K] extends Attribute<"computed"> ? never : K;
}[keyof A];

/** What the user has set, when all of it is known. */
export type ArgumentsOf<A extends Attributes> = {
  readonly [K in ArgumentNames<A>]: AttributeValue<A[K]>;
};

/** What the user has set; parts may be known only after apply. */
export type ConfigurationOf<A extends Attributes> = {
  readonly [K in ArgumentNames<A>]: AttributeValue<A[K]> | CtyUnknown;
};

/** What the provider answers. */
export type ResultsOf<A extends Attributes> = {
  readonly [K in Exclude<keyof A, ArgumentNames<A>>]: AttributeValue<A[K]>;
};

/** Whether the user sets the attribute, not the provider. */
export function isArgument(attribute: Attribute): boolean {
  return attribute.mode !== "computed";
}

/** The type of an attribute's values. Nested attributes are objects, as on the wire. */
export function valueTypeOf(type: AttributeType): ValueType {
  if (type.kind === "nullable") return nullable(valueTypeOf(type.type));
  if (type.kind !== "nested") return type;
  const element = objectTypeOf(type.attributes);
  switch (type.nesting) {
    case "single":
      return element;
    case "list":
      return list(element);
    case "set":
      return set(element);
    case "map":
      return map(element);
  }
}

/** Attributes as one object, in which optional ones may be null. */
export function objectTypeOf(attributes: Attributes): ObjectType {
  return object(
    Object.fromEntries(
      Object.entries(attributes).map(([name, { mode, type }]) => [
        name,
        mode === "optional" ? nullable(valueTypeOf(type)) : valueTypeOf(type),
      ]),
    ),
  );
}
