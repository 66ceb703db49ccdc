/** The result of a read, with the names that users' configurations rely on. */
import type { ResultsOf } from "../../../framework/attribute.ts";
import { type AddressTableEntry, addressTable } from "../../../pci/address-table.ts";
import type { PciDevice } from "../../../pci/device.ts";
import type { Host } from "../../../pci/host.ts";
import { type Mapping, mappingsOf, type NamedUnit, poolsOf, type UnitMapping } from "../../../pci/mapping.ts";
import type { UsageIndex } from "../../../pci/usage.ts";
import { RESULT_NAMES, type ResultName } from "./result-schema.ts";
import type { attributes } from "./schema.ts";

export type PciDevicesResult = ResultsOf<typeof attributes>;
type DeviceResult = NonNullable<PciDevicesResult["devices"]>[number];
type UnitResult = NonNullable<PciDevicesResult["gpus"]>[number];
type MappingResult =
  NonNullable<PciDevicesResult["mappings"]> extends ReadonlyMap<string, infer M> ? M : never;
type PoolResult = NonNullable<PciDevicesResult["pools"]> extends ReadonlyMap<string, infer M> ? M : never;

/** The results that a configuration wants. @param results the argument; null for all of them. */
export function wantedResults(results: readonly string[] | null): ReadonlySet<ResultName> {
  return new Set(RESULT_NAMES.filter((name) => results === null || results.includes(name)));
}

/** Whether a wanted result needs units. */
export function wantsUnits(wanted: ReadonlySet<ResultName>): boolean {
  return RESULT_NAMES.some((name) => name !== "devices" && wanted.has(name));
}

/** What was selected, with everything that results are made of. */
export interface Selected {
  /** The hosts that were read, ordered by node. */
  readonly hosts: readonly Host[];
  readonly devices: readonly PciDevice[];
  /** The units of selected displays and accelerators. */
  readonly units: readonly NamedUnit[];
  readonly mappingPrefix: string;
  /** Null when the user did not ask for usage. */
  readonly usage: UsageIndex | null;
  /** The other results are null, and cost nothing. */
  readonly wanted: ReadonlySet<ResultName>;
}

export function resultOf({
  hosts,
  devices,
  units,
  mappingPrefix,
  usage,
  wanted,
}: Selected): PciDevicesResult {
  const ifWanted = <R>(name: ResultName, make: () => R): R | null => (wanted.has(name) ? make() : null);
  return {
    devices: ifWanted("devices", () => devices.map((device) => deviceResult(device, usage))),
    gpus: ifWanted("gpus", () => units.map((unit) => unitResult(unit, usage))),
    by_node: ifWanted("by_node", () => {
      const nodes = hosts.map(({ node }) => node);
      return nestedMaps(addressTable(nodes, units), tableEntryResult);
    }),
    mappings: ifWanted("mappings", () => mapValues(mappingsOf(units), mappingResult)),
    pools: ifWanted("pools", () => mapValues(poolsOf(units, mappingPrefix), poolResult)),
  };
}

function deviceResult(device: PciDevice, usage: UsageIndex | null): DeviceResult {
  return {
    node: device.node,
    path: device.path,
    id: device.id,
    subsystem_id: device.subsystemId,
    iommu_group: device.iommuGroup,
    class: device.class,
    name: device.name,
    subsystem_name: device.subsystemName,
    mdev: device.mdev,
    gpu: device.gpu,
    physical_function: device.physicalFunction,
    virtual_functions: device.virtualFunctions,
    used_by: usage?.usedBy(device) ?? null,
  };
}

function unitResult(unit: NamedUnit, usage: UsageIndex | null): UnitResult {
  return {
    mapping_name: unit.mappingName,
    kind: unit.kind,
    node: unit.node,
    path: unit.path,
    id: unit.main.id,
    subsystem_id: unit.main.subsystemId,
    iommu_group: unit.main.iommuGroup,
    name: unit.main.name,
    functions: unit.functions.map(({ path }) => path),
    iommu_groups: unit.iommuGroups,
    isolated: unit.isolated,
    group_peers: unit.groupPeers.map(({ path }) => path),
    mdev: unit.main.mdev,
    used_by: usage?.usedByAny(unit.functions) ?? null,
  };
}

function tableEntryResult(entry: AddressTableEntry) {
  return {
    id: entry.id,
    subsystem_id: entry.subsystemId,
    iommu_group: entry.iommuGroup,
    mapping_name: entry.mappingName,
  };
}

function mappingResult(mapping: UnitMapping): MappingResult {
  return { kind: mapping.kind, node: mapping.node, ...poolResult(mapping) };
}

function poolResult(mapping: Mapping): PoolResult {
  return {
    comment: mapping.comment,
    mediated_devices: mapping.mediatedDevices,
    map: mapping.entries.map((entry) => ({
      comment: entry.comment,
      id: entry.id,
      iommu_group: entry.iommuGroup,
      node: entry.node,
      path: entry.path,
      subsystem_id: entry.subsystemId,
    })),
  };
}

function mapValues<V, R>(map: ReadonlyMap<string, V>, convert: (value: V) => R): ReadonlyMap<string, R> {
  return new Map(map.entries().map(([key, value]) => [key, convert(value)] as const));
}

function nestedMaps<V, R>(
  map: ReadonlyMap<string, ReadonlyMap<string, V>>,
  convert: (value: V) => R,
): ReadonlyMap<string, ReadonlyMap<string, R>> {
  return mapValues(map, (inner) => mapValues(inner, convert));
}
