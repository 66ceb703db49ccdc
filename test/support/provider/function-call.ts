/** Calls of a function as a host makes them: encoded by the types that it declares, and decoded again. */
import { decodeMsgpack } from "../../../src/cty/msgpack/decode.ts";
import type { CtyValue } from "../../../src/cty/value.ts";
import { ctyTypeOf } from "../../../src/framework/cty-type.ts";
import { FunctionError, type ProviderFunction } from "../../../src/framework/function.ts";
import { FunctionServer } from "../../../src/framework/function-server.ts";
import { encodeMsgpack } from "../cty/encode.ts";

export interface Refusal {
  readonly message: string;
  readonly argument: number | null;
}

export function callsOf(definition: ProviderFunction) {
  const server = new FunctionServer(definition);
  const call = async (values: readonly CtyValue[]): Promise<unknown> => {
    const encoded = values.map((value, position) => {
      const parameter = definition.parameters[position] ?? definition.rest;
      if (parameter === undefined) throw new Error(`there is no parameter ${position}`);
      return { msgpack: encodeMsgpack(value, ctyTypeOf(parameter.type)), json: new Uint8Array() };
    });
    return plain(decodeMsgpack(await server.call(encoded), ctyTypeOf(definition.returns)));
  };
  return {
    /** The result: lists are arrays, maps and objects are objects. */
    call,
    /** What a call is refused with. */
    async refused(values: readonly CtyValue[]): Promise<Refusal> {
      try {
        await call(values);
      } catch (error) {
        if (error instanceof FunctionError) return { message: error.message, argument: error.argument };
        throw error;
      }
      throw new Error("the call was not refused");
    },
  };
}

function plain(value: CtyValue): unknown {
  if (value instanceof Map) {
    return Object.fromEntries(value.entries().map(([key, item]) => [key, plain(item)]));
  }
  return Array.isArray(value) ? value.map(plain) : value;
}
