/** All PCI functions of one host, with what can only be told from the whole: VFs and the contents of slots and groups. */
import { busKey, compareAddresses, formatAddress, MAX_FUNCTION, type Slot, slotKey } from "./address.ts";
import { isAccelerator, isDisplay } from "./class.ts";
import type { PciDevice } from "./device.ts";

export interface Host {
  readonly node: string;
  /** In numerical order of their addresses, each address once. */
  readonly devices: readonly PciDevice[];
  /** Whether this host's Proxmox tells VFs and PFs (from 9.1.12 on). */
  readonly reportsVirtualFunctions: boolean;
  /** PFs' paths by the path of the VF, reported or inferred. A reported VF need not be among the devices. */
  readonly physicalFunctions: ReadonlyMap<string, string>;
  /** Paths of the PFs that have live VFs. */
  readonly livePhysicalFunctions: ReadonlySet<string>;
  readonly bySlot: ReadonlyMap<number, readonly PciDevice[]>;
  readonly byGroup: ReadonlyMap<number, readonly PciDevice[]>;
}

/**
 * Arranges the devices of one host.
 * @param reportsVirtualFunctions what the version says; an answer that names a VF or PF proves it whatever the version.
 */
export function arrangeHost(
  node: string,
  unordered: readonly PciDevice[],
  reportsVirtualFunctions: boolean,
): Host {
  const devices = unordered
    .toSorted((a, b) => compareAddresses(a.address, b.address))
    .filter((device, index, sorted) => device.path !== sorted[index - 1]?.path);
  const reports = reportsVirtualFunctions || devices.some(namesVirtualFunctions);
  const physicalFunctions = reports ? reportedPhysicalFunctions(devices) : inferredPhysicalFunctions(devices);
  return {
    node,
    devices,
    reportsVirtualFunctions: reports,
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
 * Whether functions sit where VFs would, although no record names a VF or a PF: then they are VFs of a Proxmox that does
 * not report them, or plain functions of one that would, and only the version of the host's own Proxmox tells.
 */
export function dependsOnVersion(devices: readonly PciDevice[]): boolean {
  return !devices.some(namesVirtualFunctions) && inferredPhysicalFunctions(devices).size > 0;
}

function namesVirtualFunctions(device: PciDevice): boolean {
  return device.physicalFunction !== null || device.virtualFunctions.length > 0;
}

/** Whether the function is a VF, as far as the host can tell. */
export function isVirtualFunction(host: Host, device: PciDevice): boolean {
  return host.physicalFunctions.has(device.path);
}

/** Whether a VF lies in the slot, or is said to. */
export function hasVirtualFunctionInSlot(host: Host, slot: Slot): boolean {
  for (let number = 0; number <= MAX_FUNCTION; number++) {
    const path = formatAddress({ ...slot, function: number });
    if (host.physicalFunctions.has(path)) return true;
  }
  return false;
}

/** Whether VFs of this host are guesses by position, because its Proxmox does not report them. */
export function hasInferredVirtualFunctions(host: Host): boolean {
  return !host.reportsVirtualFunctions && host.physicalFunctions.size > 0;
}

/** Whether the host's IOMMU is off: it has devices and none is in a group. */
export function isIommuOff(host: Host): boolean {
  return host.devices.length > 0 && host.byGroup.size === 0;
}

/** VFs by what either side says. Proxmox reads function after function, so that the two may differ for a moment. */
function reportedPhysicalFunctions(devices: readonly PciDevice[]): ReadonlyMap<string, string> {
  const physicalFunctions = new Map<string, string>();
  for (const { path, virtualFunctions } of devices) {
    for (const virtualFunction of virtualFunctions) physicalFunctions.set(virtualFunction, path);
  }
  for (const { path, physicalFunction } of devices) {
    if (physicalFunction !== null) physicalFunctions.set(path, physicalFunction);
  }
  return physicalFunctions;
}

/**
 * VFs by position, for a Proxmox that does not report them: a display or accelerator that bears the ids of the display
 * or accelerator at function .0 of slot 00 of its bus. Bus 00 holds the host's own devices, which are no one's VFs.
 * Source: PCIe Base Specification, 9.2.1 (VFs follow their PF by offset and stride) and what SR-IOV cards do.
 */
function inferredPhysicalFunctions(devices: readonly PciDevice[]): ReadonlyMap<string, string> {
  const candidates = devices.filter(
    (device) => device.address.bus !== 0 && (isDisplay(device) || isAccelerator(device)),
  );
  const firsts = new Map(
    candidates
      .filter(({ address }) => address.device === 0 && address.function === 0)
      .map((device) => [busKey(device.address), device]),
  );
  const physicalFunctions = new Map<string, string>();
  for (const device of candidates) {
    const first = firsts.get(busKey(device.address));
    if (first !== undefined && first !== device && first.id === device.id) {
      physicalFunctions.set(device.path, first.path);
    }
  }
  return physicalFunctions;
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
