import type { ProviderServer } from "../framework/provider-server.ts";
import type { GetMetadata_Response } from "./gen/tfplugin6.ts";
import { serverCapabilities } from "./server-capabilities.ts";

/** Lists what the provider offers, without schemas. */
export function getMetadata<I>(server: ProviderServer<I>): GetMetadata_Response {
  return {
    serverCapabilities,
    diagnostics: [],
    dataSources: [...server.dataSources.keys()].map((typeName) => ({ typeName })),
    functions: [...server.functions.keys()].map((name) => ({ name })),
    resources: [],
    ephemeralResources: [],
    listResources: [],
    stateStores: [],
    actions: [],
  };
}
