/** Signatures of functions on the wire. */
import { encodeType } from "../cty/type-json.ts";
import { ctyTypeOf } from "../framework/cty-type.ts";
import type { Parameter, ProviderFunction } from "../framework/function.ts";
import type { ValueType } from "../framework/type.ts";
import { type Function_Parameter, type FunctionMessage, StringKind } from "./gen/tfplugin6.ts";

/** Signatures by the names of their functions. */
export function encodeFunctions(
  functions: ReadonlyMap<string, { readonly definition: ProviderFunction }>,
): Map<string, FunctionMessage> {
  return new Map(functions.entries().map(([name, { definition }]) => [name, encodeFunction(definition)]));
}

/** A signature. An optional parameter becomes a variadic one, because the protocol has no optional ones. */
function encodeFunction(definition: ProviderFunction): FunctionMessage {
  const { parameters, rest, returns, summary, description, deprecated } = definition;
  return {
    parameters: parameters.map(encodeParameter),
    variadicParameter: rest && encodeParameter(rest),
    return: { type: encodeTypeOf(returns) },
    summary,
    description,
    descriptionKind: StringKind.MARKDOWN,
    deprecationMessage: deprecated ?? "",
  };
}

function encodeParameter({ name, type, description }: Parameter): Function_Parameter {
  return {
    name,
    type: encodeTypeOf(type),
    allowNullValue: type.kind === "nullable",
    allowUnknownValues: false,
    description,
    descriptionKind: StringKind.MARKDOWN,
  };
}

function encodeTypeOf(type: ValueType): Buffer {
  return Buffer.from(encodeType(ctyTypeOf(type)));
}
