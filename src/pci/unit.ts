/** Units of passthrough: a card with its functions, or one VF. One PCI mapping stands for one unit. */
import { formatAddress, slotKey, slotOf } from "./address.ts";
import { isAccelerator, makesUnit } from "./class.ts";
import type { PciDevice } from "./device.ts";
import { type Host, hasVirtualFunctionInSlot, isVirtualFunction } from "./host.ts";
import { type Isolation, isolationOf } from "./iommu-group.ts";

/** `pf` is a card with a function that has live VFs. */
export type UnitKind = "card" | "pf" | "vf";

export interface Unit extends Isolation {
  readonly kind: UnitKind;
  readonly node: string;
  /** The lowest function that is a display or an accelerator. The unit has its ids, group, name and mdev. */
  readonly main: PciDevice;
  /** All functions, ordered by address. */
  readonly functions: readonly PciDevice[];
  /** What a mapping names: the slot if the whole card can be passed at once, otherwise the main function. */
  readonly path: string;
  /** Functions that the path does not include. */
  readonly leftBehind: readonly PciDevice[];
}

/** Every unit of a host, ordered by the address of the main function. */
export function unitsOf(host: Host): readonly Unit[] {
  const units: Unit[] = [];
  // Functions that already belong to a unit. The first display or accelerator of a slot is the card's main function.
  const taken = new Set<PciDevice>();
  for (const device of host.devices) {
    if (!makesUnit(device) || taken.has(device)) continue;
    if (isVirtualFunction(host, device)) {
      units.push(unitOf(host, "vf", device, [device], true));
      continue;
    }
    const functions = companionsOf(host, device).filter((companion) => !taken.has(companion));
    for (const companion of functions) taken.add(companion);
    units.push(cardOf(host, device, functions));
  }
  return units;
}

/**
 * The card around its main function: everything in its slot with its vendor id. An APU also has devices of the host
 * beside its GPU (security processor, USB controllers, sound coprocessor), but they have AMD's other vendor id.
 * Accelerators in one slot stay separate: an Alveo has one function for management and another for use.
 */
function companionsOf(host: Host, main: PciDevice): readonly PciDevice[] {
  const inSlot = host.bySlot.get(slotKey(main.address)) ?? [];
  return inSlot.filter(
    (device) =>
      device === main ||
      (device.vendor === main.vendor &&
        !isVirtualFunction(host, device) &&
        !(isAccelerator(main) && isAccelerator(device))),
  );
}

function cardOf(host: Host, main: PciDevice, functions: readonly PciDevice[]): Unit {
  const live = functions.some((device) => host.livePhysicalFunctions.has(device.path));
  const inSlot = host.bySlot.get(slotKey(main.address)) ?? [];
  // A path without function is checked against .0 and takes the whole slot. And Proxmox refuses mdev together with
  // several functions.
  const goesAsWhole =
    functions.length > 1 &&
    main.address.function === 0 &&
    !functions.some((device) => device.mdev) &&
    functions.length === inSlot.length &&
    !hasVirtualFunctionInSlot(host, main.address);
  return unitOf(host, live ? "pf" : "card", main, functions, !goesAsWhole);
}

function unitOf(
  host: Host,
  kind: UnitKind,
  main: PciDevice,
  functions: readonly PciDevice[],
  mainAlone: boolean,
): Unit {
  return {
    kind,
    node: host.node,
    main,
    functions,
    path: mainAlone ? main.path : formatAddress(slotOf(main.address)),
    leftBehind: mainAlone ? functions.filter((device) => device !== main) : [],
    ...isolationOf(host, functions, mainAlone ? [main] : functions),
  };
}

/** The functions that a guest with the unit would get and that are in no IOMMU group: none of them starts. */
export function grouplessOf({ functions, leftBehind }: Unit): readonly PciDevice[] {
  return functions.filter((device) => device.iommuGroup === null && !leftBehind.includes(device));
}

/** Whether nothing that a guest with the unit would get is in an IOMMU group. */
export function isGroupless(unit: Unit): boolean {
  return grouplessOf(unit).length === unit.functions.length - unit.leftBehind.length;
}
