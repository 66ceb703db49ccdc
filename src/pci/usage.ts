/** Which guests use a device, by what their configurations cover. */
import { type Address, addressKey, isFunctionAddress, type Slot, slotKey } from "./address.ts";
import type { PciDevice } from "./device.ts";
import { HOSTPCI_KEY, hostpciNumber, parseHostpci } from "./hostpci.ts";
import type { MappingLine } from "./mapping-line.ts";

/** One guest's hold on a device. */
export interface DeviceUsage {
  readonly vmid: number;
  readonly type: string;
  /** The guest's node. */
  readonly node: string;
  readonly name: string | null;
  /** `hostpci0` … */
  readonly hostpci: string;
  /** The mapping through which it is covered; null for a raw address. */
  readonly mapping: string | null;
  /** Only from the guest's next start on. */
  readonly pending: boolean;
}

/** A guest or template, with the entries of its configuration: what runs, and what is to run from the next start on. */
export interface Guest {
  readonly vmid: number;
  readonly type: string;
  readonly node: string;
  readonly name: string | null;
  readonly entries: readonly GuestEntry[];
}

export interface GuestEntry {
  readonly key: string;
  readonly value: string | null;
  readonly pending: string | null;
}

/** Mappings by name, each with its lines for all nodes. */
export type MappingLines = ReadonlyMap<string, readonly MappingLine[]>;

/** Answers which guests use a device: in the order of their ids, then of their hostpci numbers. */
export class UsageIndex {
  readonly #byFunction = new Map<string, DeviceUsage[]>();
  readonly #bySlot = new Map<string, DeviceUsage[]>();

  constructor(guests: readonly Guest[], mappings: MappingLines) {
    for (const guest of guests) {
      for (const { key, value, pending } of guest.entries) {
        if (!HOSTPCI_KEY.test(key)) continue;
        // What runs comes first: a device that is covered now is not pending.
        if (value !== null) this.#cover(guest, key, value, false, mappings);
        if (pending !== null) this.#cover(guest, key, pending, true, mappings);
      }
    }
  }

  /** The guests that hold a function, directly or with its slot. */
  usedBy(device: PciDevice): readonly DeviceUsage[] {
    return this.usedByAny([device]);
  }

  /** The guests that hold any of the functions, each entry of a guest once. */
  usedByAny(devices: readonly PciDevice[]): readonly DeviceUsage[] {
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
    return [...usages.values()].sort(
      (a, b) => a.vmid - b.vmid || hostpciNumber(a.hostpci) - hostpciNumber(b.hostpci),
    );
  }

  #cover(guest: Guest, hostpci: string, value: string, pending: boolean, mappings: MappingLines): void {
    const target = parseHostpci(value);
    if (target === null) return;
    const { vmid, type, node, name } = guest;
    if ("addresses" in target) {
      this.#add(node, target.addresses, { vmid, type, node, name, hostpci, mapping: null, pending });
      return;
    }
    // Proxmox chooses among the lines for the guest's node at every start: all of them are spoken for.
    for (const line of mappings.get(target.mapping) ?? []) {
      if (line.node !== node) continue;
      this.#add(node, line.addresses, { vmid, type, node, name, hostpci, mapping: target.mapping, pending });
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
