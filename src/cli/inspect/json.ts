/** What `inspect --json` prints. Its schema is docs/schemas/inspect.schema.json. */
import { encodedJson } from "../json-text.ts";
import type { Inspection } from "./inspection.ts";

/** The version of this form: the first number changes when programs that read it have to change. */
const FORMAT_VERSION = "1.0";

/** @param endpoint the URL that was asked. */
export function inspectionJson(
  { proxmoxVersion, nodes, result, warnings }: Inspection,
  endpoint: string,
  version: string,
): string {
  return encodedJson({
    format_version: FORMAT_VERSION,
    provider_version: version,
    endpoint,
    proxmox_version: proxmoxVersion,
    nodes,
    devices: result.devices,
    gpus: result.gpus,
    by_node: result.by_node,
    mappings: result.mappings,
    pools: result.pools,
    warnings: warnings.map(({ summary, detail }) => ({ summary, detail })),
  });
}
