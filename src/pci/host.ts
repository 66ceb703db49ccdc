/** All PCI functions of one host, with what only the whole host can tell: VFs, and the contents of slots and groups. */
import { compareAddresses, formatAddress, MAX_FUNCTION, type Slot, slotKey, slotOf } from "./address.ts";
import type { PciDevice } from "./device.ts";
import { inferVirtualFunctions, type VirtualFunctions } from "./inferred-virtual-functions.ts";

export interface Host {
  readonly node: string;
  /** Ordered by address, each address once. */
  readonly devices: readonly PciDevice[];
  /** Whether this host's Proxmox reports VFs and PFs (from 9.1.12 on). */
  readonly reportsVirtualFunctions: boolean;
  /** Paths of VFs, reported or inferred. A reported VF may be missing among the devices. */
  readonly virtualFunctions: ReadonlySet<string>;
  /** Paths of PFs, by the path of the VF. The PF of an inferred VF may be unknown. */
  readonly physicalFunctions: ReadonlyMap<string, string>;
  /** Paths of the PFs that have live VFs. */
  readonly livePhysicalFunctions: ReadonlySet<string>;
  readonly bySlot: ReadonlyMap<number, readonly PciDevice[]>;
  readonly byGroup: ReadonlyMap<number, readonly PciDevice[]>;
}

/**
 * Arranges the devices of one host.
 * @param reportsVirtualFunctions what the version says; an answer that names a VF or PF proves it for any version.
 */
export function arrangeHost(
  node: string,
  unordered: readonly PciDevice[],
  reportsVirtualFunctions: boolean,
): Host {
  const devices = unordered
    .toSorted((a, b) => compareAddresses(a.address, b.address))
    .filter((device, index, sorted) => device.path !== sorted[index - 1]?.path);
  const reports = reportsVirtualFunctions || provesReports(devices);
  const { virtualFunctions, physicalFunctions } = reports
    ? reportedVirtualFunctions(devices)
    : inferVirtualFunctions(devices);
  return {
    node,
    devices,
    reportsVirtualFunctions: reports,
    virtualFunctions,
    physicalFunctions,
    livePhysicalFunctions: new Set([
      ...physicalFunctions.values(),
      ...devices.filter((device) => device.virtualFunctions.length > 0).map((device) => device.path),
    ]),
    bySlot: grouped(devices, (device) => slotKey(device.address)),
    byGroup: grouped(devices, (device) => device.iommuGroup),
  };
}

/**
 * Whether functions are at the places of VFs, although no record names a VF or a PF. They are VFs when Proxmox does not
 * report VFs, and plain functions when it does. Only the version of the host's own Proxmox can tell.
 */
export function dependsOnVersion(devices: readonly PciDevice[]): boolean {
  return !provesReports(devices) && inferVirtualFunctions(devices).virtualFunctions.size > 0;
}

/** Whether the answer itself proves that this Proxmox reports VFs: a record names a VF or a PF. */
export function provesReports(devices: readonly PciDevice[]): boolean {
  return devices.some(namesVirtualFunctions);
}

function namesVirtualFunctions(device: PciDevice): boolean {
  return device.physicalFunction !== null || device.virtualFunctions.length > 0;
}

/** Whether the function is a VF, as far as the host can tell. */
export function isVirtualFunction(host: Host, device: PciDevice): boolean {
  return host.virtualFunctions.has(device.path);
}

/** Whether a VF is in the slot, or is reported to be. */
export function hasVirtualFunctionInSlot(host: Host, slot: Slot): boolean {
  const path = formatAddress(slotOf(slot));
  for (let number = 0; number <= MAX_FUNCTION; number++) {
    if (host.virtualFunctions.has(`${path}.${number}`)) return true;
  }
  return false;
}

/** Whether the host's IOMMU is off: it has devices and none is in a group. */
export function isIommuOff(host: Host): boolean {
  return host.devices.length > 0 && host.byGroup.size === 0;
}

/**
 * VFs from the records of both VFs and PFs. Proxmox reads function after function, so for a moment the two may differ.
 */
function reportedVirtualFunctions(devices: readonly PciDevice[]): VirtualFunctions {
  const physicalFunctions = new Map<string, string>();
  for (const { path, virtualFunctions } of devices) {
    for (const virtualFunction of virtualFunctions) physicalFunctions.set(virtualFunction, path);
  }
  for (const { path, physicalFunction } of devices) {
    if (physicalFunction !== null) physicalFunctions.set(path, physicalFunction);
  }
  return { virtualFunctions: new Set(physicalFunctions.keys()), physicalFunctions };
}

function grouped(
  devices: readonly PciDevice[],
  keyOf: (device: PciDevice) => number | null,
): ReadonlyMap<number, readonly PciDevice[]> {
  const groups = new Map<number, PciDevice[]>();
  for (const device of devices) {
    const key = keyOf(device);
    if (key === null) continue;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [device]);
    else group.push(device);
  }
  return groups;
}
