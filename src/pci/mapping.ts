/**
 * PCI mappings as `proxmox_hardware_mapping_pci` of bpg/proxmox takes them: one a unit, or one a model (a pool).
 * Every entry passes Proxmox's own check at VM start: pve-guest-common `src/PVE/Mapping/PCI.pm`, assert_valid.
 */
import { isSharedId } from "./shared-id.ts";
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
      return [unit.mappingName, { kind, node, ...mappingOf([unit], unit) }];
    }),
  );
}

/**
 * One mapping a model over all nodes, `PREFIX-VENDOR-DEVICE[-SUBDEVICE][-vf][-mdev]`: cards and VFs, units with and
 * without mdev never share one. A PF with live VFs is in none: starting a guest on it would destroy them.
 */
export function poolsOf(units: readonly Unit[], prefix: string): ReadonlyMap<string, Mapping> {
  const pools = new Map<string, [Unit, ...Unit[]]>();
  for (const unit of units) {
    if (unit.kind === "pf") continue;
    const name = poolName(unit, prefix);
    const pool = pools.get(name);
    if (pool === undefined) pools.set(name, [unit]);
    else pool.push(unit);
  }
  return new Map(pools.entries().map(([name, pool]) => [name, mappingOf(pool, pool[0])] as const));
}

function poolName({ kind, main }: Unit, prefix: string): string {
  const model = [prefix, main.vendor, main.device];
  const subdevice = main.subsystemId?.slice(-4) ?? "0000";
  if (isSharedId(main.id) && subdevice !== "0000") model.push(subdevice);
  if (kind === "vf") model.push("vf");
  if (main.mdev) model.push("mdev");
  return model.join("-");
}

/** @param first the unit that gives the mapping its comment. */
function mappingOf(units: readonly Unit[], first: Unit): Mapping {
  return {
    comment: commentOf(first),
    mediatedDevices: first.main.mdev,
    entries: units.map(mappingEntry),
  };
}

/** bpg takes neither an empty comment nor one with space at its ends. */
function commentOf(unit: Unit): string | null {
  const comment = unit.main.name?.trim();
  return comment === undefined || comment === "" ? null : comment;
}
