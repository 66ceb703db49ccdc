/**
 * A function is one object. Configurations call this one as `provider::NAME::mapping_name(…)`, with the provider's name.
 * Functions work offline: they do not get what `configure` of the provider returns.
 *
 * ```ts
 * export const mappingName = providerFunction({
 *   name: "mapping_name",
 *   summary: "Name of the mapping of a device",
 *   description: "…",
 *   parameters: [parameter("node", text, "Name of the node."), parameter("path", text, "Its address.")],
 *   rest: optionalParameter("prefix", text, "The beginning of the name. Default: `gpu`."),
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

/** Any number of further arguments. `run` gets each as an argument of its own. */
export function variadicParameter<T extends ValueType>(
  name: string,
  type: T,
  description: string,
): RestParameter<T, "any"> {
  return { name, type, description, count: "any" };
}

/**
 * One further argument, which may be left out or null; then `run` gets null. The protocol has no optional parameters. So
 * hosts see a variadic one, and a call with two such arguments is an error.
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
   * Has to give the same answer for the same arguments: hosts check it. If it needs much code, it loads that in the
   * first call.
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
  /** Position of the wrong argument, from 0; null when no single one is wrong. Hosts read null as 0. */
  readonly argument: number | null;

  constructor(text: string, { argument, ...options }: { readonly argument: number | null } & ErrorOptions) {
    super(text, options);
    this.argument = argument;
  }
}
