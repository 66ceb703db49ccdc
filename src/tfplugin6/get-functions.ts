import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeFunction } from "./function.ts";
import type { FunctionMessage, GetFunctions_Response } from "./gen/tfplugin6.ts";

/** Describes the functions by themselves; hosts that have the schema do not ask. */
export function getFunctions<I>(server: ProviderServer<I>): GetFunctions_Response {
  return { functions: encodeFunctions(server), diagnostics: [] };
}

/** The signatures of all functions by name, as two answers carry them. */
export function encodeFunctions<I>({ functions }: ProviderServer<I>): Map<string, FunctionMessage> {
  return new Map(functions.entries().map(([name, { definition }]) => [name, encodeFunction(definition)]));
}
