import { FunctionError } from "../framework/function.ts";
import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDynamicValue } from "./dynamic-value.ts";
import type { CallFunction_Request, CallFunction_Response } from "./gen/tfplugin6.ts";

/** Calls a function. Some hosts do so in a process that is never configured. */
export function callFunction<I>(
  request: CallFunction_Request,
  server: ProviderServer<I>,
): CallFunction_Response {
  try {
    const result = server.callFunction(request.name, request.arguments);
    return { result: encodeDynamicValue(result), error: undefined };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const functionArgument = error.argument === null ? undefined : BigInt(error.argument);
    return { result: undefined, error: { text: error.message, functionArgument } };
  }
}
