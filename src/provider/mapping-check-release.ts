/** What the Proxmox of a node compares when a guest starts there. Members of one cluster may have different releases. */
import type { Host } from "../pci/host.ts";
import {
  CHECK_BEFORE_8_2_3,
  CHECK_BEFORE_8_4,
  CURRENT_CHECK,
  type MappingCheck,
  mappingProblems,
} from "../pci/mapping-check.ts";
import type { NodeMapping } from "../pci/settlement.ts";
import { compareVersions } from "../proxmox/answers/version.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { nodeVersion } from "./node-version.ts";

/** The check of a release, from its pve-guest-common. */
export function checkOfVersion(version: string): MappingCheck {
  if (compareVersions(version, "8.4") >= 0) return CURRENT_CHECK;
  return compareVersions(version, "8.2.3") >= 0 ? CHECK_BEFORE_8_4 : CHECK_BEFORE_8_2_3;
}

/** The check of a node. Its version is read only if it makes a difference for its lines. */
export async function mappingCheckOf(
  client: ProxmoxClient,
  host: Host,
  mappings: readonly NodeMapping[],
  signal: AbortSignal,
): Promise<MappingCheck> {
  const told = (check: MappingCheck): string =>
    JSON.stringify(
      mappings.flatMap(({ name, mediatedDevices, lines }) =>
        lines.flatMap((line) => mappingProblems(name, mediatedDevices, line, host, check)),
      ),
    );
  const current = told(CURRENT_CHECK);
  if ([CHECK_BEFORE_8_4, CHECK_BEFORE_8_2_3].every((older) => told(older) === current)) return CURRENT_CHECK;
  return checkOfVersion(await nodeVersion(client, host.node, signal));
}
