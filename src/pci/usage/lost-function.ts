/**
 * Guests that take a virtual function away from themselves. Whatever Proxmox passes it binds to vfio-pci first, with the whole IOMMU
 * group, and a physical function that leaves its driver loses its virtual functions: those of the same guest are gone when QEMU looks
 * for them. Of a physical function that vfio-pci has already, QEMU would have to know the token of its virtual functions, which
 * Proxmox does not give.
 * Sources: pve-common `src/PVE/SysFSTools.pm`, pci_dev_group_bind_to_vfio; Linux `drivers/vfio/pci/vfio_pci_core.c`,
 * vfio_pci_validate_vf_token.
 */
import type { PciDevice } from "../device.ts";
import type { Host } from "../host.ts";

/** An entry of a guest, with the sets of devices of which it gets one. */
export interface Getting {
  readonly key: string;
  /** At least one. */
  readonly choices: readonly (readonly PciDevice[])[];
  /** Whether Proxmox binds what it gets to vfio-pci: no mediated device, and no driver that is kept. */
  readonly binds: boolean;
}

/** A virtual function that an entry gets, and its physical function that the same or another entry takes from the host. */
export interface Lost {
  readonly key: string;
  readonly device: PciDevice;
  readonly physical: PciDevice;
  readonly taker: string;
  /** The IOMMU group with which it is taken; null where it is named itself. */
  readonly group: number | null;
}

/** What is lost in any case, whichever of its choices each entry gets. */
export function lostFunctions(entries: readonly Getting[], host: Host): readonly Lost[] {
  const taken = new Map<string, Pick<Lost, "physical" | "taker" | "group">>();
  for (const { key, choices, binds } of entries) {
    if (!binds) continue;
    for (const [path, rest] of inAll(choices.map((devices) => boundWith(devices, host)))) {
      if (!taken.has(path)) taken.set(path, { ...rest, taker: key });
    }
  }
  return entries.flatMap(({ key, choices }) => {
    const parents = inAll(choices.map((devices) => parentsOf(devices, host)));
    const [lost] = [...parents].flatMap(([path, device]) => {
      const by = taken.get(path);
      return by === undefined ? [] : [{ key, device, ...by }];
    });
    return lost === undefined ? [] : [lost];
  });
}

/** What all the maps have, as the first has it. */
function inAll<T>(maps: readonly ReadonlyMap<string, T>[]): ReadonlyMap<string, T> {
  const [first = new Map<string, T>(), ...others] = maps;
  return new Map([...first].filter(([path]) => others.every((other) => other.has(path))));
}

/** The physical functions with live virtual ones that are bound with the devices, by path. */
function boundWith(
  devices: readonly PciDevice[],
  host: Host,
): ReadonlyMap<string, Pick<Lost, "physical" | "group">> {
  const bound = devices.flatMap((device) => {
    const { iommuGroup: group } = device;
    const all = group === null ? [device] : (host.byGroup.get(group) ?? [device]);
    return all.map((physical) => ({ physical, group: devices.includes(physical) ? null : group }));
  });
  return new Map(
    bound
      .filter(({ physical }) => host.livePhysicalFunctions.has(physical.path))
      .map((one) => [one.physical.path, one]),
  );
}

/** The virtual functions among the devices, by the paths of their physical functions. */
function parentsOf(devices: readonly PciDevice[], host: Host): ReadonlyMap<string, PciDevice> {
  return new Map(
    devices.flatMap((device) => {
      const physical = host.physicalFunctions.get(device.path);
      return physical === undefined || physical === device.path ? [] : [[physical, device] as const];
    }),
  );
}
