/** How the client names itself. */
import { type Environment, firstSet } from "./environment.ts";

/**
 * `terraform-provider-gpuhost/VERSION`, and behind it what TF_APPEND_USER_AGENT says, as terraform-plugin-sdk does it
 * (helper/useragent). Characters that a header cannot carry are left out.
 */
export function userAgent(version: string, environment: Environment): string {
  const appended = (firstSet(environment, "TF_APPEND_USER_AGENT") ?? "")
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .trim();
  return appended === ""
    ? `terraform-provider-gpuhost/${version}`
    : `terraform-provider-gpuhost/${version} ${appended}`;
}
