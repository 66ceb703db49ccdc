import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDiagnostics } from "./diagnostic.ts";
import type {
  ValidateDataResourceConfig_Request,
  ValidateDataResourceConfig_Response,
} from "./gen/tfplugin6.ts";

/** Checks the arguments of a data source as far as they are known. */
export function validateDataResourceConfig<I>(
  { typeName, config }: ValidateDataResourceConfig_Request,
  server: ProviderServer<I>,
): ValidateDataResourceConfig_Response {
  return { diagnostics: encodeDiagnostics(server.validateDataSource(typeName, config)) };
}
