/** Which guests use a device, according to their configurations. */
import { type Address, addressKey, isFunctionAddress, type Slot, slotKey } from "./address.ts";
import type { PciDevice } from "./device.ts";
import type { Guest } from "./guest.ts";
import type { Coverage } from "./usage/coverage.ts";
import { entryOrder, targetsOf } from "./usage/entry.ts";

/** One guest that holds a device. */
export interface DeviceUsage {
  readonly vmid: number;
  readonly type: string;
  /** The guest's node. */
  readonly node: string;
  readonly name: string | null;
  readonly running: boolean;
  readonly template: boolean;
  /** The entry: `hostpci0` …, or `args`. */
  readonly hostpci: string;
  /** The mapping that covers the device; null for a raw address. */
  readonly mapping: string | null;
  /** Only from the guest's next start on. */
  readonly pending: boolean;
}

/** Devices whose users may not all be known. */
export interface UsageGap {
  /** The node of the devices; null for all nodes. */
  readonly node: string | null;
  /** Whether this concerns only devices that offer mediated devices. */
  readonly mediatedOnly: boolean;
}

/** Finds the guests that use a device, ordered by their ids, then their entries. */
export class UsageIndex {
  readonly #byFunction = new Map<string, DeviceUsage[]>();
  readonly #bySlot = new Map<string, DeviceUsage[]>();
  readonly #gaps: readonly UsageGap[];

  /** @param gaps what is not known of the guests. */
  constructor(guests: readonly Guest[], coverage: Coverage, gaps: readonly UsageGap[]) {
    this.#gaps = gaps;
    for (const guest of guests) {
      for (const { key, value, pending } of guest.entries) {
        // Current values first: a device that is covered now is not pending.
        if (value !== null) this.#cover(guest, key, value, false, coverage);
        if (pending !== null) this.#cover(guest, key, pending, true, coverage);
      }
    }
  }

  /** The guests that hold a function, directly or with its slot; null when none is known but there may be some. */
  usedBy(device: PciDevice): readonly DeviceUsage[] | null {
    return this.usedByAny([device]);
  }

  /** The guests that hold any of the functions, each entry once; null when none is known but there may be some. */
  usedByAny(devices: readonly PciDevice[]): readonly DeviceUsage[] | null {
    const usages = new Map<string, DeviceUsage>();
    for (const device of devices) {
      const covering = [
        ...(this.#byFunction.get(`${device.node}/${addressKey(device.address)}`) ?? []),
        ...(this.#bySlot.get(`${device.node}/${slotKey(device.address)}`) ?? []),
      ];
      for (const usage of covering) {
        const key = `${usage.type}/${usage.vmid}/${usage.hostpci}`;
        const known = usages.get(key);
        if (known === undefined || (known.pending && !usage.pending)) usages.set(key, usage);
      }
    }
    if (usages.size === 0 && devices.some((device) => this.#isUncertain(device))) return null;
    return [...usages.values()].sort(
      (a, b) => a.vmid - b.vmid || entryOrder(a.hostpci) - entryOrder(b.hostpci),
    );
  }

  #isUncertain(device: PciDevice): boolean {
    return this.#gaps.some(
      ({ node, mediatedOnly }) => (node === null || node === device.node) && (!mediatedOnly || device.mdev),
    );
  }

  #cover(guest: Guest, key: string, value: string, pending: boolean, coverage: Coverage): void {
    const { vmid, type, node, name, running, template } = guest;
    for (const { mapping, addresses } of targetsOf(key, value)) {
      const usage = { vmid, type, node, name, running, template, hostpci: key, mapping, pending };
      // At every start Proxmox chooses among the lines for the guest's node, so all of them count as used.
      const covered =
        addresses ??
        coverage.linesOf(mapping, node).flatMap((line): readonly (Address | Slot)[] => line.addresses);
      this.#add(node, covered, usage);
    }
  }

  #add(node: string, addresses: readonly (Address | Slot)[], usage: DeviceUsage): void {
    for (const address of addresses) {
      if (isFunctionAddress(address)) append(this.#byFunction, `${node}/${addressKey(address)}`, usage);
      else append(this.#bySlot, `${node}/${slotKey(address)}`, usage);
    }
  }
}

function append(index: Map<string, DeviceUsage[]>, key: string, usage: DeviceUsage): void {
  const usages = index.get(key);
  if (usages === undefined) index.set(key, [usage]);
  else usages.push(usage);
}
