import type { ProviderServer } from "../framework/provider-server.ts";
import type { GetProviderSchema_Response } from "./gen/tfplugin6.ts";
import { encodeFunctions } from "./get-functions.ts";
import { encodeSchema } from "./schema.ts";
import { serverCapabilities } from "./server-capabilities.ts";

/** Describes the whole provider. */
export function getProviderSchema<I>(server: ProviderServer<I>): GetProviderSchema_Response {
  return {
    provider: encodeSchema(server.definition),
    dataSourceSchemas: new Map(
      server.dataSources.entries().map(([typeName, { definition }]) => [typeName, encodeSchema(definition)]),
    ),
    functions: encodeFunctions(server),
    serverCapabilities,
    diagnostics: [],
    providerMeta: undefined,
    resourceSchemas: new Map(),
    ephemeralResourceSchemas: new Map(),
    listResourceSchemas: new Map(),
    stateStoreSchemas: new Map(),
    actionSchemas: new Map(),
  };
}
