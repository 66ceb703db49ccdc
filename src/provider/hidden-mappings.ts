/** Mappings that Proxmox silently leaves out of its answers. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import type { Permissions } from "../proxmox/answers/responses.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { grantedBelow, isGrantedAt, permissionsOver } from "./granted.ts";

const SEEING_MAPPINGS = ["Mapping.Audit", "Mapping.Use", "Mapping.Modify"];
const MAPPINGS = "/mapping/pci";

/** The permissions that decide which mappings may be seen. */
export function permissionsOverMappings(client: ProxmoxClient, signal: AbortSignal): Promise<Permissions> {
  return permissionsOver(client, MAPPINGS, signal);
}

/** Whether every mapping of the cluster may be seen. @param permissions those of `permissionsOverMappings`. */
export function seesAllMappings(permissions: Permissions): boolean {
  return grantedBelow(permissions, MAPPINGS, SEEING_MAPPINGS);
}

/** Whether a mapping of that name may be seen, if it exists. */
export function seesMapping(client: ProxmoxClient, name: string, signal: AbortSignal): Promise<boolean> {
  return isGrantedAt(client, `${MAPPINGS}/${name}`, SEEING_MAPPINGS, signal);
}

/** Warns when there may be mappings that cannot be seen. */
export function warnOfHiddenMappings(permissions: Permissions, diagnostics: Diagnostics): void {
  if (seesAllMappings(permissions)) return;
  diagnostics.warning(
    "PCI Mappings May Be Hidden",
    "Proxmox says nothing of mappings for which Mapping.Audit is missing; here it is not granted on /mapping/pci and " +
      'all below. Grant it there to the token and its user; the role PVEAuditor on "/" covers it.',
  );
}
