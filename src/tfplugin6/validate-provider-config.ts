import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDiagnostics } from "./diagnostic.ts";
import type { ValidateProviderConfig_Request, ValidateProviderConfig_Response } from "./gen/tfplugin6.ts";

/** Checks the provider's configuration as far as it is known. */
export function validateProviderConfig<I>(
  { config }: ValidateProviderConfig_Request,
  server: ProviderServer<I>,
): ValidateProviderConfig_Response {
  return { diagnostics: encodeDiagnostics(server.validateConfiguration(config)) };
}
