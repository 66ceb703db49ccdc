/**
 * IOMMU groups: the smallest sets of functions that the hardware can keep apart. A guest gets a whole group or nothing.
 * Source: Linux `Documentation/driver-api/vfio.rst`.
 */
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
  const peers = new Set<PciDevice>();
  for (const group of iommuGroups) {
    for (const device of host.byGroup.get(group) ?? []) {
      if (!functions.includes(device) && !isHostBridge(device)) peers.add(device);
    }
  }
  const complete = functions.every((device) => device.iommuGroup !== null);
  return {
    iommuGroups,
    isolated: complete ? peers.size === 0 : null,
    // The order of the host's devices is the numerical one; a group holds few.
    groupPeers: peers.size === 0 ? [] : host.devices.filter((device) => peers.has(device)),
  };
}
