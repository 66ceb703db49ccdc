/**
 * A function that configurations call as `provider::NAME::function(…)`. It works offline: it gets no instance.
 *
 * ```ts
 * export const mappingName = providerFunction({
 *   name: "mapping_name",
 *   summary: "Name of the mapping of a device",
 *   description: "…",
 *   parameters: [parameter("node", text, "Name of the node."), parameter("path", text, "Address of the device.")],
 *   rest: optionalParameter("prefix", text, "What the name begins with. Default: `gpu`."),
 *   returns: text,
 *   run: (node, path, prefix) => `${prefix ?? "gpu"}-${node}-${path}`, // prefix: string | null
 * });
 * ```
 */
import { type NullableType, nullable, type ValueOf, type ValueType } from "./type.ts";

export interface Parameter<T extends ValueType = ValueType> {
  readonly name: string;
  /** For a `nullable` type the caller may pass null. */
  readonly type: T;
  /** Markdown. */
  readonly description: string;
}

/** What may come after the parameters: any number of values, or at most one. */
export interface RestParameter<T extends ValueType = ValueType, C extends RestCount = RestCount>
  extends Parameter<T> {
  readonly count: C;
}
export type RestCount = "any" | "at-most-one";

/** A parameter that needs a value in every call. */
export function parameter<T extends ValueType>(name: string, type: T, description: string): Parameter<T> {
  return { name, type, description };
}

/** Any number of further arguments: `run` gets them one by one. */
export function variadicParameter<T extends ValueType>(
  name: string,
  type: T,
  description: string,
): RestParameter<T, "any"> {
  return { name, type, description, count: "any" };
}

/**
 * One further argument that may be left out or null: `run` then gets null. The protocol has no optional parameters, so
 * on the wire it is a variadic one, and a second argument is an error.
 */
export function optionalParameter<T extends ValueType>(
  name: string,
  type: T,
  description: string,
): RestParameter<NullableType<T>, "at-most-one"> {
  return { name, type: nullable(type), description, count: "at-most-one" };
}

type ParameterValues<P extends readonly Parameter[]> = {
  readonly [I in keyof P]: P[I] extends Parameter<infer T> ? ValueOf<T> : never;
};

type RestValues<R> = [R] extends [RestParameter<infer T, "any">]
  ? readonly ValueOf<T>[]
  : [R] extends [RestParameter<infer T, "at-most-one">]
    ? readonly [ValueOf<T>]
    : readonly [];

/** The arguments of `run`. */
export type FunctionArguments<P extends readonly Parameter[], R> = readonly [
  ...ParameterValues<P>,
  ...RestValues<R>,
];

export interface ProviderFunction<
  P extends readonly Parameter[] = readonly Parameter[],
  R extends RestParameter | undefined = RestParameter | undefined,
  T extends ValueType = ValueType,
> {
  readonly name: string;
  /** One line of plain text. */
  readonly summary: string;
  /** Markdown. */
  readonly description: string;
  /** What to use instead, in Markdown. */
  readonly deprecated?: string;
  readonly parameters: P;
  readonly rest?: R;
  readonly returns: T;
  /**
   * Has to give the same answer for the same arguments: hosts check it. Long code is loaded by the first call.
   * @throws FunctionError
   */
  run(...values: FunctionArguments<P, R>): ValueOf<T> | Promise<ValueOf<T>>;
}

/** Defines a function; TypeScript infers the arguments of `run` from the parameters. */
export function providerFunction<
  const P extends readonly Parameter[],
  T extends ValueType,
  const R extends RestParameter | undefined = undefined,
>(definition: ProviderFunction<P, R, T>): ProviderFunction<P, R, T> {
  return definition;
}

/** A call that cannot be answered. */
export class FunctionError extends Error {
  override readonly name = "FunctionError";
  /** Position of the wrong argument, from 0; null when it is none in particular. Hosts read null as 0. */
  readonly argument: number | null;

  constructor(text: string, { argument, ...options }: { readonly argument: number | null } & ErrorOptions) {
    super(text, options);
    this.argument = argument;
  }
}
