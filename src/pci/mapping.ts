/**
 * PCI mappings as `proxmox_hardware_mapping_pci` of bpg/proxmox takes them: one a unit, or one a model (a pool).
 * Every entry passes Proxmox's own check at VM start: pve-guest-common `src/PVE/Mapping/PCI.pm`, assert_valid.
 */
import type { Unit } from "./unit.ts";

/** A unit under the name that its mapping has. */
export interface NamedUnit extends Unit {
  readonly mappingName: string;
}

export interface MappingEntry {
  readonly comment: null;
  readonly id: string;
  readonly iommuGroup: number | null;
  readonly node: string;
  readonly path: string;
  readonly subsystemId: string | null;
}

export interface Mapping {
  readonly comment: string | null;
  /** Must equal the hardware's mdev flag, or no VM starts. */
  readonly mediatedDevices: boolean;
  readonly entries: readonly MappingEntry[];
}

/** The mapping of one unit: what the unit is, and where, is what mappings are selected by. */
export interface UnitMapping extends Mapping {
  readonly kind: Unit["kind"];
  readonly node: string;
}

/** The line of a mapping that stands for one unit. */
export function mappingEntry(unit: Unit): MappingEntry {
  return {
    comment: null,
    id: unit.main.id,
    iommuGroup: unit.main.iommuGroup,
    node: unit.node,
    path: unit.path,
    subsystemId: unit.main.subsystemId,
  };
}

/** One mapping a unit, by name. */
export function mappingsOf(units: readonly NamedUnit[]): ReadonlyMap<string, UnitMapping> {
  return new Map(
    units.map((unit) => {
      const { kind, node } = unit;
      return [unit.mappingName, { kind, node, ...mappingOf([unit], unit.main.mdev) }];
    }),
  );
}

/**
 * One mapping a model over all nodes, `PREFIX-VENDOR-DEVICE` with `-vf` and `-mdev` behind: cards and VFs, units with
 * and without mdev never share one. A PF with live VFs is in none: starting a guest on it would destroy them.
 */
export function poolsOf(units: readonly Unit[], prefix: string): ReadonlyMap<string, Mapping> {
  const pools = Map.groupBy(
    units.filter(({ kind }) => kind !== "pf"),
    ({ kind, main }) =>
      `${prefix}-${main.vendor}-${main.device}${kind === "vf" ? "-vf" : ""}${main.mdev ? "-mdev" : ""}`,
  );
  return new Map(
    pools.entries().map(([name, pool]) => [name, mappingOf(pool, pool[0]?.main.mdev === true)] as const),
  );
}

function mappingOf(units: readonly Unit[], mediatedDevices: boolean): Mapping {
  return {
    comment: units.map((unit) => commentOf(unit)).find((comment) => comment !== null) ?? null,
    mediatedDevices,
    entries: units.map(mappingEntry),
  };
}

/** bpg takes neither an empty comment nor one with space at its ends. */
function commentOf(unit: Unit): string | null {
  const comment = unit.main.name?.trim();
  return comment === undefined || comment === "" ? null : comment;
}
