/** One function at work: from encoded arguments to an encoded result. */
import { CtyError } from "../cty/error.ts";
import { UNKNOWN_MSGPACK } from "../cty/msgpack/unknown.ts";
import { argumentValue } from "./argument.ts";
import { ctyTypeOf } from "./cty-type.ts";
import { Diagnostics } from "./diagnostics.ts";
import { decodeValue, type EncodedValue } from "./encoded-value.ts";
import { FunctionError, type Parameter, type ProviderFunction } from "./function.ts";
import { encodeResult } from "./result.ts";
import { isUnknown } from "./unknown.ts";

export class FunctionServer {
  readonly definition: ProviderFunction;

  constructor(definition: ProviderFunction) {
    this.definition = definition;
  }

  /**
   * Calls the function. While an argument is unknown, hosts do not call it; a host that does gets an unknown result.
   * @returns the result in msgpack
   * @throws FunctionError, ResultError, or any bug of the function
   */
  async call(encoded: readonly (EncodedValue | undefined)[]): Promise<Uint8Array> {
    const { definition } = this;
    const values = this.#parametersFor(encoded.length).map((parameter, position) =>
      readArgument(parameter, encoded[position], position),
    );
    if (values.some(isUnknown)) return UNKNOWN_MSGPACK;
    if (definition.rest?.count === "at-most-one" && values.length === definition.parameters.length) {
      values.push(null);
    }
    return encodeResult(definition.returns, await definition.run(...values));
  }

  #parametersFor(count: number): readonly Parameter[] {
    const { name, parameters, rest } = this.definition;
    const atMostOne = rest === undefined ? 0 : 1;
    const most = parameters.length + (rest?.count === "any" ? Number.POSITIVE_INFINITY : atMostOne);
    if (count < parameters.length) {
      const missing = parameters[count]?.name ?? "";
      throw new FunctionError(`${name} needs a value for its parameter ${missing}.`, { argument: null });
    }
    if (count > most) {
      throw new FunctionError(`${name} takes at most ${most} arguments, and got ${count}.`, {
        argument: most,
      });
    }
    const surplus = rest === undefined ? [] : new Array<Parameter>(count - parameters.length).fill(rest);
    return [...parameters, ...surplus];
  }
}

function readArgument(parameter: Parameter, encoded: EncodedValue | undefined, position: number): unknown {
  const problems = new Diagnostics();
  const at = [{ kind: "attribute", name: parameter.name }] as const;
  try {
    const value = decodeValue(encoded, ctyTypeOf(parameter.type));
    const converted = argumentValue(parameter.type, value, at, problems);
    if (!problems.hasErrors) return converted;
  } catch (error) {
    if (!(error instanceof CtyError)) throw error;
    throw new FunctionError(
      `The host sent a value for ${parameter.name} that cannot be decoded: ${error.message}.`,
      { argument: position, cause: error },
    );
  }
  throw new FunctionError(problems.errors.map(({ detail }) => detail).join("\n"), { argument: position });
}
