/** The client's User-Agent. */
import { type Environment, firstSet } from "./environment.ts";

/**
 * `terraform-provider-gpuhost/VERSION`, followed by the value of TF_APPEND_USER_AGENT, as in terraform-plugin-sdk
 * (helper/useragent). Characters that a header cannot contain are removed.
 */
export function userAgent(version: string, environment: Environment): string {
  const appended = (firstSet(environment, "TF_APPEND_USER_AGENT") ?? "")
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .trim();
  return appended === ""
    ? `terraform-provider-gpuhost/${version}`
    : `terraform-provider-gpuhost/${version} ${appended}`;
}
