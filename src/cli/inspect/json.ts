/** What `inspect --json` prints. Its schema is docs/schemas/inspect.schema.json. */
import { encodedJson } from "../json-text.ts";
import type { Inspection } from "./inspection.ts";

/** The form of the answer: the first number changes when a program that reads it has to. */
export const FORMAT_VERSION = "1.0";

/** @param endpoint URL that was asked. */
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
