/** Mappings that Proxmox leaves out of its answers without a word. */
import type { Diagnostics } from "../framework/diagnostics.ts";
import type { Permissions } from "../proxmox/responses.ts";
import { grantedBelow } from "./granted.ts";

const SEEING_MAPPINGS = ["Mapping.Audit", "Mapping.Use", "Mapping.Modify"];

/** Whether every mapping of the cluster may be seen. */
export function seesAllMappings(permissions: Permissions): boolean {
  return grantedBelow(permissions, "/mapping/pci", SEEING_MAPPINGS);
}

/** Warns where there may be mappings that cannot be seen. */
export function warnOfHiddenMappings(permissions: Permissions, diagnostics: Diagnostics): void {
  if (seesAllMappings(permissions)) return;
  diagnostics.warning(
    "PCI Mappings May Be Hidden",
    "Proxmox says nothing of mappings for which Mapping.Audit is missing; here it is not granted on /mapping/pci and " +
      'all below. Grant it there to the token and its user; the role PVEAuditor on "/" covers it.',
  );
}
