import type { GetResourceIdentitySchemas_Response } from "./gen/tfplugin6.ts";

/** There are no resources, so there are no identities of any. */
export function getResourceIdentitySchemas(): GetResourceIdentitySchemas_Response {
  return { identitySchemas: new Map(), diagnostics: [] };
}
