/** Puts devices of one text into the IOMMU groups of another. */
import { PciFormatError } from "../format-error.ts";
import type { GroupList } from "./group-list.ts";
import type { LspciDevice } from "./lspci.ts";

/**
 * The devices with the groups of a list.
 * @throws PciFormatError when the list is from another host or another boot, or does not say to which devices its
 * groups belong.
 */
export function withGroups(devices: readonly LspciDevice[], list: GroupList): readonly LspciDevice[] {
  const groups = new Map([...list.groups, ...assigned(devices, list)]);
  if (groups.size > 0 && !devices.some(({ path }) => groups.has(path))) {
    throw new PciFormatError(
      `Of the devices that lspci printed none is among those with an IOMMU group here, such as ${groups.keys().next().value}: ` +
        "expected the groups of the same host.",
    );
  }
  return devices.map((device) => {
    const group = groups.get(device.path);
    if (group === undefined || group === device.iommuGroup) return device;
    if (device.iommuGroup !== null) {
      throw new PciFormatError(
        `${device.path} is in IOMMU group ${device.iommuGroup} by the output of lspci, and in ${group ?? "none"} here: ` +
          "expected both of the same boot of the same host.",
      );
    }
    return { ...device, iommuGroup: group };
  });
}

function assigned(
  devices: readonly LspciDevice[],
  { groups, unassigned }: GroupList,
): readonly [string, number][] {
  const [group] = unassigned;
  if (group === undefined) return [];
  // There are as many lines as devices, and only one group. Then it does not matter which line belongs to which device.
  const alike = unassigned.every((other) => other === group);
  if (alike && groups.size === 0 && unassigned.length === devices.length) {
    return devices.map(({ path }) => [path, group]);
  }
  throw new PciFormatError(
    `Nothing says which device is in IOMMU group ${group}: readlink prints no addresses, and there are ${devices.length} ` +
      "devices. Take the output of find /sys/kernel/iommu_groups -type l.",
  );
}
