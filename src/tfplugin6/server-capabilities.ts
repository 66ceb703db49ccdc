/** What the provider can do beyond the required. */
import type { ServerCapabilities } from "./gen/tfplugin6.ts";

export const serverCapabilities: ServerCapabilities = {
  // Every process of this provider has the same schema, so a host need not ask each of them.
  getProviderSchemaOptional: true,
  planDestroy: false,
  moveResourceState: false,
  generateResourceConfig: false,
};
