/**
 * PCI mappings for `proxmox_hardware_mapping_pci` of bpg/proxmox: one for each unit, or one for each model (a pool).
 * Every entry passes Proxmox's own check at VM start: pve-guest-common `src/PVE/Mapping/PCI.pm`, assert_valid.
 */
import { isSharedId } from "./shared-id.ts";
import type { Unit } from "./unit.ts";

/** A unit with the name of its mapping. */
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

/** The mapping of one unit, with the kind and place of the unit, by which users select mappings. */
export interface UnitMapping extends Mapping {
  readonly kind: Unit["kind"];
  readonly node: string;
}

/** The line of a mapping for one unit. */
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

/** One mapping for each unit, by name. */
export function mappingsOf(units: readonly NamedUnit[]): ReadonlyMap<string, UnitMapping> {
  return new Map(
    units.map((unit) => {
      const { kind, node } = unit;
      return [unit.mappingName, { kind, node, ...mappingOf([unit], unit) }];
    }),
  );
}

/**
 * One mapping for each model over all nodes, `PREFIX-VENDOR-DEVICE[-SUBDEVICE][-vf][-mdev]`. Cards and VFs never share
 * one, nor do units with and without mdev. A PF with live VFs is in none: a guest that starts on it would destroy them.
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

/** @param first the unit whose name is the comment of the mapping. */
function mappingOf(units: readonly Unit[], first: Unit): Mapping {
  return {
    comment: commentOf(first),
    mediatedDevices: first.main.mdev,
    entries: units.map(mappingEntry),
  };
}

/** bpg accepts no empty comment, and none with space at its ends. */
function commentOf(unit: Unit): string | null {
  const comment = unit.main.name?.trim();
  return comment === undefined || comment === "" ? null : comment;
}
