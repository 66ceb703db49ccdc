import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDiagnostics } from "./diagnostic.ts";
import { encodeDynamicValue } from "./dynamic-value.ts";
import type { ReadDataSource_Request, ReadDataSource_Response } from "./gen/tfplugin6.ts";

/** Reads a data source. A read that fails has diagnostics and no state; it is never deferred. */
export async function readDataSource<I>(
  { typeName, config }: ReadDataSource_Request,
  server: ProviderServer<I>,
): Promise<ReadDataSource_Response> {
  const { state, diagnostics } = await server.readDataSource(typeName, config);
  return {
    state: state === null ? undefined : encodeDynamicValue(state),
    diagnostics: encodeDiagnostics(diagnostics),
    deferred: undefined,
  };
}
