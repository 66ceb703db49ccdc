import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDiagnostics } from "./diagnostic.ts";
import type { ConfigureProvider_Request, ConfigureProvider_Response } from "./gen/tfplugin6.ts";

/** Gives the provider its configuration, in which there may be unknowns. */
export async function configureProvider<I>(
  { config, terraformVersion }: ConfigureProvider_Request,
  server: ProviderServer<I>,
  signal: AbortSignal,
): Promise<ConfigureProvider_Response> {
  return { diagnostics: encodeDiagnostics(await server.configure(config, terraformVersion, signal)) };
}
