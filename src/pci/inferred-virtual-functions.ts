/**
 * VFs of a host whose Proxmox does not report them (before 9.1.12). They are inferred from what is known of the cards
 * that make them.
 *
 * A VF has the vendor and class of its PF, and comes after its PF on the same bus or the next ones. Its ids depend
 * on the vendor: Intel and NVIDIA repeat those of the PF, AMD has separate ids for most. Source: PCIe Base
 * Specification, chapter 9 (SR-IOV), 9.2.1 and 9.3.4; Linux `drivers/pci/iov.c`; pci.ids.
 */
import { type Address, addressKey, busKey } from "./address.ts";
import { isDisplayOrAccelerator } from "./class.ts";
import type { PciDevice } from "./device.ts";

export interface VirtualFunctions {
  /** Paths of the VFs. */
  readonly virtualFunctions: ReadonlySet<string>;
  /** Paths of their PFs, by the path of the VF, where they are known. */
  readonly physicalFunctions: ReadonlyMap<string, string>;
}

/** Vendors whose VFs have the ids of their PF. */
const REPEATING_VENDORS = new Set(["8086", "10de"]);
/** Vendors of cards with VFs in higher slots of their bus. */
const CARD_VENDORS = new Set(["8086", "10de", "1002"]);
/**
 * Ids that AMD gives only to VFs: of the FirePro S7150, Radeon Instinct MI25, Radeon Pro V520, V620 and V710, and of
 * the Instinct MI200, MI300 and MI350 families. The names of some of them in pci.ids do not say so.
 */
const AMD_VIRTUAL_FUNCTIONS = new Set(
  "692f 686c 7362 73ae 73ce 7410 7461 74b5 74b6 74b9 74bc 74bd 75b0 75b3 75b8".split(" "),
);
/** How pci.ids names VFs: as whole words, because the letters alone occur in other names. */
const VIRTUAL_NAME = /\b(?:virtual function|vf|mxgpu)\b/i;

/** Finds the VFs among all functions of one host. */
export function inferVirtualFunctions(devices: readonly PciDevice[]): VirtualFunctions {
  const byAddress = new Map(devices.map((device) => [addressKey(device.address), device]));
  const at = (address: Address) => byAddress.get(addressKey(address));
  const found = devices.filter((device) => isInferred(device, at));
  const virtual = new Set(found);
  const physicalFunctions = new Map<string, string>();
  for (const device of found) {
    const parent = parentOf(device, at, devices, virtual);
    if (parent !== undefined) physicalFunctions.set(device.path, parent.path);
  }
  return { virtualFunctions: new Set(found.map(({ path }) => path)), physicalFunctions };
}

type Lookup = (address: Address) => PciDevice | undefined;

function isInferred(device: PciDevice, at: Lookup): boolean {
  if (device.name !== null && VIRTUAL_NAME.test(device.name)) return true;
  if (!isDisplayOrAccelerator(device)) return false;
  const { vendor, address } = device;
  if (vendor === "1002" && AMD_VIRTUAL_FUNCTIONS.has(device.device)) return true;
  if (REPEATING_VENDORS.has(vendor) && address.function !== 0 && firstOfSlot(device, at)?.id === device.id) {
    return true;
  }
  if (!CARD_VENDORS.has(vendor) || address.bus === 0 || address.device === 0) return false;
  // A card is in slot 00 of its bus. Functions of its vendor in higher slots can only be its VFs.
  const first = firstOfBus(device, at);
  return first !== undefined && isDisplayOrAccelerator(first) && first.vendor === vendor;
}

/** The PF of a VF: `.0` of its slot if that has the same ids, otherwise `.0` of slot 00 if the bus has no other PF. */
function parentOf(
  device: PciDevice,
  at: Lookup,
  devices: readonly PciDevice[],
  virtual: ReadonlySet<PciDevice>,
): PciDevice | undefined {
  const slot = firstOfSlot(device, at);
  if (slot !== undefined && slot.id === device.id && !virtual.has(slot)) return slot;
  // Bus 00 has the host's own devices: the first one there is no card.
  if (device.address.bus === 0) return undefined;
  const first = firstOfBus(device, at);
  if (first === undefined || virtual.has(first) || !isAlike(first, device)) return undefined;
  const bus = busKey(device.address);
  const hasSecondPort = devices.some(
    (other) =>
      other !== first && !virtual.has(other) && busKey(other.address) === bus && isAlike(other, device),
  );
  return hasSecondPort ? undefined : first;
}

/** Whether two functions may be PF and VF: they have the same vendor and kind. */
function isAlike(a: PciDevice, b: PciDevice): boolean {
  return (
    a.vendor === b.vendor &&
    (isDisplayOrAccelerator(a) ? isDisplayOrAccelerator(b) : a.class.slice(0, 2) === b.class.slice(0, 2))
  );
}

function firstOfSlot({ address }: PciDevice, at: Lookup): PciDevice | undefined {
  return at({ ...address, function: 0 });
}

function firstOfBus({ address }: PciDevice, at: Lookup): PciDevice | undefined {
  return at({ ...address, device: 0, function: 0 });
}
