/**
 * IOMMU groups: the smallest sets of functions that the hardware can keep apart. A guest gets a whole group or nothing.
 * Source: Linux `Documentation/driver-api/vfio.rst`.
 */
import { compareAddresses } from "./address.ts";
import { isHostBridge } from "./class.ts";
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";

export interface Isolation {
  /** Every group of one of the functions, ascending. */
  readonly iommuGroups: readonly number[];
  /**
   * Whether no other device is in a group of what is passed; host and PCI bridges do not count. Null where a function
   * that is passed is in no group.
   */
  readonly isolated: boolean | null;
  /** The other devices in those groups, which would be taken along, ordered by address. */
  readonly groupPeers: readonly PciDevice[];
}

/**
 * The groups of one unit. When a guest starts, Proxmox takes from the host everything that shares a group with a
 * function that is passed.
 * @param functions all functions of the unit.
 * @param passed the ones that its path passes.
 */
export function isolationOf(
  host: Host,
  functions: readonly PciDevice[],
  passed: readonly PciDevice[],
): Isolation {
  const peers = groupsOf(passed).flatMap((group) =>
    (host.byGroup.get(group) ?? []).filter((device) => !functions.includes(device) && !isHostBridge(device)),
  );
  // Each group is sorted already; only several groups have to be merged.
  if (passed.length > 1) peers.sort((a, b) => compareAddresses(a.address, b.address));
  const complete = passed.every((device) => device.iommuGroup !== null);
  return {
    iommuGroups: groupsOf(functions),
    isolated: complete ? peers.length === 0 : null,
    groupPeers: peers,
  };
}

function groupsOf(functions: readonly PciDevice[]): readonly number[] {
  const groups = new Set<number>();
  for (const { iommuGroup } of functions) {
    if (iommuGroup !== null) groups.add(iommuGroup);
  }
  return [...groups].sort((a, b) => a - b);
}
