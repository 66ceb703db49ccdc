/**
 * IOMMU groups: the smallest sets of functions that the hardware can keep apart. A guest gets a whole group or nothing.
 * Source: Linux `Documentation/driver-api/vfio.rst`.
 */
import { compareAddresses } from "./address.ts";
import { isHostBridge } from "./class.ts";
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";

export interface Isolation {
  /** Every group that one of the functions is in, ascending. */
  readonly iommuGroups: readonly number[];
  /** Whether nothing else is in those groups, host bridges aside; null where a function is in no group. */
  readonly isolated: boolean | null;
  /** What else is in those groups and would be dragged along, in numerical order. */
  readonly groupPeers: readonly PciDevice[];
}

/** How the functions of one unit stand in the groups of their host. */
export function isolationOf(host: Host, functions: readonly PciDevice[]): Isolation {
  const groups = new Set<number>();
  for (const { iommuGroup } of functions) {
    if (iommuGroup !== null) groups.add(iommuGroup);
  }
  const iommuGroups = [...groups].sort((a, b) => a - b);
  const peers = iommuGroups.flatMap((group) =>
    (host.byGroup.get(group) ?? []).filter((device) => !functions.includes(device) && !isHostBridge(device)),
  );
  // Each group is in order already; only several have to be merged.
  if (iommuGroups.length > 1) peers.sort((a, b) => compareAddresses(a.address, b.address));
  const complete = functions.every((device) => device.iommuGroup !== null);
  return { iommuGroups, isolated: complete ? peers.length === 0 : null, groupPeers: peers };
}
