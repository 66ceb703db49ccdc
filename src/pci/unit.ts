/** Units of passthrough: what one PCI mapping stands for. A card with all the functions of its slot, or one VF. */
import { formatAddress, slotKey, slotOf } from "./address.ts";
import { makesUnit } from "./class.ts";
import type { PciDevice } from "./device.ts";
import { type Host, hasVirtualFunctionInSlot, isVirtualFunction } from "./host.ts";
import { type Isolation, isolationOf } from "./iommu-group.ts";

/** `pf` is a card one of whose functions has live VFs. */
export type UnitKind = "card" | "pf" | "vf";

export interface Unit extends Isolation {
  readonly kind: UnitKind;
  readonly node: string;
  /** The lowest function that is a display or an accelerator: it gives the unit its ids, group, name and mdev. */
  readonly main: PciDevice;
  /** All functions, in numerical order. */
  readonly functions: readonly PciDevice[];
  /** What a mapping names: the slot where the whole card can go at once, otherwise the main function. */
  readonly path: string;
  /** Functions that the path does not take along. */
  readonly leftBehind: readonly PciDevice[];
}

/** Every unit of a host, in the order of their main functions' addresses. */
export function unitsOf(host: Host): readonly Unit[] {
  const units: Unit[] = [];
  const carded = new Set<number>();
  for (const device of host.devices) {
    if (!makesUnit(device)) continue;
    if (isVirtualFunction(host, device)) {
      units.push(unitOf(host, "vf", device, [device], device.path));
      continue;
    }
    const slot = slotKey(device.address);
    // The first display or accelerator of a slot is the card's main function; the others come with it.
    if (carded.has(slot)) continue;
    carded.add(slot);
    units.push(cardOf(host, device));
  }
  return units;
}

function cardOf(host: Host, main: PciDevice): Unit {
  const inSlot = host.bySlot.get(slotKey(main.address)) ?? [];
  const functions = inSlot.filter((device) => !isVirtualFunction(host, device));
  const live = functions.some((device) => host.livePhysicalFunctions.has(device.path));
  // A path without function is checked against .0 and takes everything in the slot along, VFs too; and Proxmox
  // refuses mdev together with several functions.
  const goesAsWhole =
    functions.length > 1 &&
    main.address.function === 0 &&
    !functions.some((device) => device.mdev) &&
    !hasVirtualFunctionInSlot(host, main.address);
  const path = goesAsWhole ? formatAddress(slotOf(main.address)) : main.path;
  return unitOf(host, live ? "pf" : "card", main, functions, path);
}

function unitOf(
  host: Host,
  kind: UnitKind,
  main: PciDevice,
  functions: readonly PciDevice[],
  path: string,
): Unit {
  return {
    kind,
    node: host.node,
    main,
    functions,
    path,
    leftBehind: path === main.path ? functions.filter((device) => device !== main) : [],
    ...isolationOf(host, functions),
  };
}
