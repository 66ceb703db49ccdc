/**
 * What guests take at their next start, and what others cannot have because of it.
 *
 * A guest takes whole IOMMU groups (Linux `Documentation/driver-api/vfio.rst`). With a physical function it also takes
 * its virtual functions, because under vfio-pci it has none. Mediated devices are shared, except those of NVIDIA's
 * virtual functions: each has only one (qemu-server `src/PVE/QemuServer/PCI.pm`: `nvidia` passes the function itself).
 */
import { type Address, coversFunction, type Slot, slotKey } from "../address.ts";
import type { PciDevice } from "../device.ts";
import type { Guest } from "../guest.ts";
import { type Host, isVirtualFunction } from "../host.ts";
import { unitsOf } from "../unit.ts";
import type { Coverage } from "./coverage.ts";
import { type EntryTarget, nextTargets, targetsOf } from "./entry.ts";

/** Something about which guests can conflict. There is one object for it on its host, whoever takes it. */
export type Contested = {
  /** Unique on the host. */
  readonly key: string;
  /** The devices by which it is taken. */
  readonly devices: Set<PciDevice>;
} & (
  | { readonly kind: "group"; readonly group: number }
  /** A device in no group, or the only mediated device of a VF. */
  | { readonly kind: "device"; readonly device: PciDevice }
  | { readonly kind: "virtual functions"; readonly physical: string }
  /** The lines of one mapping for one unit, or one line whose meaning cannot be told. */
  | { readonly kind: "line" }
);

/** A set of devices that together can serve an entry. */
export interface Take {
  /** Empty when it cannot be told which. */
  readonly devices: readonly PciDevice[];
  /** What no other guest can have any part of at the same time. */
  readonly exclusive: ReadonlySet<Contested>;
  /** What other guests can share, but not take for themselves. */
  readonly shared: ReadonlySet<Contested>;
}

/** One entry of a guest, with everything that can serve it. */
export interface Wish {
  readonly guest: Guest;
  readonly key: string;
  readonly mapping: string | null;
  /** At least one. */
  readonly takes: readonly Take[];
  /** Whether the guest has none of these devices through the current value of this entry. */
  readonly pending: boolean;
}

/** What the guests of one host take at their next start. Entries that nothing can serve are left out. */
export function wishesOn(host: Host, guests: readonly Guest[], coverage: Coverage): readonly Wish[] {
  const taking = new Taking(host);
  return guests
    .filter(({ node, template }) => node === host.node && !template)
    .flatMap((guest) =>
      nextTargets(guest).flatMap(({ key, target }) => {
        const takes = taking.takesOf(target, coverage);
        if (takes.length === 0) return [];
        const pending = !holdsAnyOf(guest, key, target, takes, host, coverage);
        return [{ guest, key, mapping: target.mapping, takes, pending }];
      }),
    );
}

type Addresses = readonly (Address | Slot)[];

/** The devices at addresses, each once, in the order of the addresses. */
export function devicesAt(host: Host, addresses: Addresses): readonly PciDevice[] {
  const found = addresses.flatMap((address) =>
    (host.bySlot.get(slotKey(address)) ?? []).filter((device) => coversFunction(address, device.address)),
  );
  return [...new Set(found)];
}

/** Whether the current value of an entry has any of what it takes at the next start. */
function holdsAnyOf(
  guest: Guest,
  key: string,
  next: EntryTarget,
  takes: readonly Take[],
  host: Host,
  coverage: Coverage,
): boolean {
  const value = guest.entries.find((entry) => entry.key === key)?.value ?? null;
  if (value === null) return false;
  return targetsOf(key, value).some(({ mapping, addresses }) => {
    if (mapping !== null && mapping === next.mapping) return true;
    const covered =
      addresses ?? coverage.linesOf(mapping, host.node).flatMap((line): Addresses => line.addresses);
    const held = devicesAt(host, covered);
    return takes.some(({ devices }) => devices.some((device) => held.includes(device)));
  });
}

/** The devices of a take; when it cannot be told which, all that are possible. */
export function candidatesOf({ devices, exclusive, shared }: Take): readonly PciDevice[] {
  return devices.length > 0 ? devices : [...exclusive, ...shared].flatMap((one) => [...one.devices]);
}

/** A wish that takes something in any case, and whether exclusively. */
export interface Wanting {
  readonly wish: Wish;
  readonly alone: boolean;
}

/** What a wish takes in any case, and whether exclusively. */
export function certaintiesOf({ takes: [first, ...others] }: Wish): ReadonlyMap<Contested, boolean> {
  const certain = new Map<Contested, boolean>();
  if (first === undefined) return certain;
  for (const one of first.exclusive.union(first.shared)) {
    if (!others.every((take) => take.exclusive.has(one) || take.shared.has(one))) continue;
    certain.set(one, first.exclusive.has(one) && others.every((take) => take.exclusive.has(one)));
  }
  return certain;
}

/** What taking devices of one host means for others. */
class Taking {
  readonly #host: Host;
  readonly #contested = new Map<string, Contested>();
  /** The takes of mappings: many guests may name the same one. */
  readonly #mapped = new Map<string, readonly Take[]>();
  #units: ReadonlyMap<PciDevice, string> | null = null;

  constructor(host: Host) {
    this.#host = host;
  }

  /** The sets of devices of which a target gets one: Proxmox tries the lines of a mapping in turn. */
  takesOf(target: EntryTarget, coverage: Coverage): readonly Take[] {
    if (target.addresses !== null) return this.#takes(target.addresses, target);
    const key = `${target.mdev === null ? "whole" : "mediated"} ${target.mapping}`;
    const takes = this.#mapped.get(key) ?? this.#takesOfMapping(target.mapping, target, coverage);
    this.#mapped.set(key, takes);
    return takes;
  }

  #takesOfMapping(mapping: string, target: EntryTarget, coverage: Coverage): readonly Take[] {
    return coverage.linesOf(mapping, this.#host.node).flatMap(({ line, addresses, ambiguous }) => {
      if (!ambiguous) return this.#takes(addresses, target);
      // Whichever device it means, it means only one.
      const candidates = devicesAt(this.#host, addresses);
      const one = this.#one(`${line.path} by ${mapping}`, candidates, { kind: "line" });
      const [exclusive, shared] = target.mdev === null ? [[one], []] : [[], [one]];
      return candidates.length === 0
        ? []
        : [{ devices: [], exclusive: new Set(exclusive), shared: new Set(shared) }];
    });
  }

  #takes(addresses: Addresses, target: EntryTarget): readonly Take[] {
    const devices = devicesAt(this.#host, addresses);
    return devices.length === 0 ? [] : [this.#take(devices, target)];
  }

  #take(devices: readonly PciDevice[], { mdev, mapping }: EntryTarget): Take {
    const exclusive = new Set<Contested>();
    const shared = new Set<Contested>();
    for (const device of devices) {
      const physical = this.#host.physicalFunctions.get(device.path);
      if (physical !== undefined) shared.add(this.#virtualFunctions(physical, device));
      if (mdev !== null && !device.nvidia) {
        shared.add(this.#group(device));
        if (this.#bearsOne(device)) exclusive.add(this.#device(device));
        continue;
      }
      exclusive.add(this.#group(device));
      // Devices that are not NVIDIA's own are bound to vfio-pci with their whole group.
      if (!device.nvidia) {
        for (const { path } of this.#boundWith(device)) {
          if (this.#host.livePhysicalFunctions.has(path)) exclusive.add(this.#virtualFunctions(path, device));
        }
      }
      // Lines for one unit serve one guest, even if the functions of the unit could go to several.
      const unit = mapping === null ? undefined : this.#unitOf(device);
      if (unit !== undefined) exclusive.add(this.#one(`${unit} by ${mapping}`, [device], { kind: "line" }));
    }
    return { devices, exclusive, shared };
  }

  #bearsOne(device: PciDevice): boolean {
    return device.vendor === NVIDIA && device.mdev && isVirtualFunction(this.#host, device);
  }

  #boundWith(device: PciDevice): readonly PciDevice[] {
    if (device.iommuGroup === null) return [device];
    return this.#host.byGroup.get(device.iommuGroup) ?? [device];
  }

  #group(device: PciDevice): Contested {
    const { iommuGroup: group } = device;
    return group === null
      ? this.#device(device)
      : this.#one(`group ${group}`, [device], { kind: "group", group });
  }

  #device(device: PciDevice): Contested {
    return this.#one(device.path, [device], { kind: "device", device });
  }

  #virtualFunctions(physical: string, device: PciDevice): Contested {
    return this.#one(`virtual functions of ${physical}`, [device], { kind: "virtual functions", physical });
  }

  #one(key: string, devices: readonly PciDevice[], kind: Kind): Contested {
    const known = this.#contested.get(key) ?? { key, devices: new Set(), ...kind };
    for (const device of devices) known.devices.add(device);
    this.#contested.set(key, known);
    return known;
  }

  #unitOf(device: PciDevice): string | undefined {
    this.#units ??= new Map(
      unitsOf(this.#host).flatMap(({ main, functions }) =>
        functions.map((one): [PciDevice, string] => [one, main.path]),
      ),
    );
    return this.#units.get(device);
  }
}

type Kind = Contested extends infer C ? (C extends Contested ? Omit<C, "key" | "devices"> : never) : never;

const NVIDIA = "10de";
