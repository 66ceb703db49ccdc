/** What a tree draws as one card: a unit of passthrough, or the selected functions of a slot that are in no unit. */
import { formatAddress, slotKey, slotOf } from "../../pci/address.ts";
import type { PciDevice } from "../../pci/device.ts";
import type { Host } from "../../pci/host.ts";
import type { NamedUnit } from "../../pci/mapping.ts";
import type { Inspection } from "./inspection.ts";

export interface Card {
  /** Slot or address. */
  readonly path: string;
  readonly name: string | null;
  /** Its unit; null for a card that is no unit. */
  readonly unit: NamedUnit | null;
  readonly functions: readonly PciDevice[];
}

/** The cards of one node, ordered by address. */
export function cardsOn(host: Host, { devices, units }: Inspection): readonly Card[] {
  const ours = units.filter(({ node }) => node === host.node);
  const inUnits = new Set(ours.flatMap(({ functions }) => functions));
  const others = devices.filter((device) => device.node === host.node && !inUnits.has(device));
  const slots = Map.groupBy(others, ({ address }) => slotKey(address));
  return [
    ...ours.map((unit): Card => {
      const { path, main, functions } = unit;
      return { path, name: main.name, unit, functions };
    }),
    ...slots.values().flatMap((functions): Card[] => {
      const [first] = functions;
      if (first === undefined) return [];
      const path = functions.length === 1 ? first.path : formatAddress(slotOf(first.address));
      return [{ path, name: first.name, unit: null, functions }];
    }),
  ].sort((a, b) => slotOrder(a) - slotOrder(b));
}

function slotOrder({ functions: [first] }: Card): number {
  return first === undefined ? 0 : slotKey(first.address) * 8 + first.address.function;
}
