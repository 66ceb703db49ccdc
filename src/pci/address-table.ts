/**
 * The table that people otherwise keep by hand: for each node and address, what a mapping needs to know of the device
 * there.
 */
import type { PciDevice } from "./device.ts";
import type { NamedUnit } from "./mapping.ts";

export interface AddressTableEntry {
  readonly id: string;
  readonly subsystemId: string | null;
  readonly iommuGroup: number | null;
  readonly mappingName: string;
}

/**
 * Every function of every unit by its address. Where the slot is the path of the unit, also the slot, with the values
 * of the main function. So two units of one slot have no row in common.
 * @param nodes every node that was read; each has its key, even without units.
 */
export function addressTable(
  nodes: readonly string[],
  units: readonly NamedUnit[],
): ReadonlyMap<string, ReadonlyMap<string, AddressTableEntry>> {
  const table = new Map<string, Map<string, AddressTableEntry>>(nodes.map((node) => [node, new Map()]));
  for (const unit of units) {
    const addresses = table.get(unit.node);
    if (addresses === undefined) throw new Error(`unit ${unit.mappingName} is on a node that was not read`);
    addresses.set(unit.path, entryOf(unit, unit.main));
    for (const device of unit.functions) addresses.set(device.path, entryOf(unit, device));
  }
  return table;
}

function entryOf(unit: NamedUnit, device: PciDevice): AddressTableEntry {
  return {
    id: device.id,
    subsystemId: device.subsystemId,
    iommuGroup: device.iommuGroup,
    mappingName: unit.mappingName,
  };
}
