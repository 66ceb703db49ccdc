/**
 * Names of mappings by model: `PREFIX-NODE-VENDOR-DEVICE-N`, with `vf-` before the N of a VF. The number does not say
 * where the unit is; the mappings that exist say it. They keep their names, and no guest that uses one gets another
 * card, as far as this can be told.
 */
import { type Address, addressKey, coversFunction, isFunctionAddress, slotKey } from "./address.ts";
import type { MappingLine } from "./mapping-line.ts";
import type { Unit } from "./unit.ts";

/** A mapping of the cluster, with its lines for all nodes. */
export interface ExistingMapping {
  readonly id: string;
  readonly lines: readonly MappingLine[];
}

/** A name that now belongs to another address or another board than its mapping says. */
export interface MovedName {
  readonly name: string;
  readonly unit: Unit;
  readonly line: MappingLine;
}

/** A name with a line for the node, but the node has no unit left for it: fewer units with these ids than names. */
export interface LostName {
  readonly name: string;
  readonly line: MappingLine;
  /** The units with these ids on the node, which have other names. */
  readonly units: readonly Unit[];
}

export interface ModelNames {
  /** In the order of the units. */
  readonly names: readonly string[];
  readonly moved: readonly MovedName[];
  readonly lost: readonly LostName[];
}

/**
 * Names all units of one host, model by model. When the number of the model's names with a line for the node equals the
 * number of its units, the units in address order get the names in the order of the addresses in their lines. Otherwise
 * a unit keeps the name that has its address, and the others get the lowest numbers that no mapping has.
 * @param units all units of the host, in address order, selected or not.
 * @param mappings all mappings of the cluster that can be seen.
 */
export function nameByModel(
  units: readonly Unit[],
  prefix: string,
  mappings: readonly ExistingMapping[],
): ModelNames {
  const given = new Map<Unit, string>();
  const moved: MovedName[] = [];
  const lost: LostName[] = [];
  for (const [model, alike] of Map.groupBy(units, (unit) => modelOf(unit, prefix))) {
    const taken = mappings.filter(({ id }) => isNumbered(id, model));
    const borne = taken.flatMap((mapping) => bearerOf(mapping, alike)).sort(byAddress);
    const kept = keptNames(alike, borne);
    const numbers = freeNames(model, new Set(taken.map(({ id }) => id)));
    for (const unit of alike) {
      const bearer = kept.get(unit);
      given.set(unit, bearer?.name ?? numbers.next().value);
      if (bearer !== undefined && !fits(bearer.line, unit)) moved.push({ ...bearer, unit });
    }
    const used = new Set(kept.values());
    for (const { name, line } of borne.filter((bearer) => !used.has(bearer))) {
      lost.push({ name, line, units: alike });
    }
  }
  return { names: units.map((unit) => given.get(unit) ?? ""), moved, lost };
}

function modelOf({ node, kind, main }: Unit, prefix: string): string {
  return `${prefix}-${node}-${main.vendor}-${main.device}${kind === "vf" ? "-vf" : ""}`;
}

/** Whether the name is the model's followed by a number, as made here. */
function isNumbered(name: string, model: string): boolean {
  return name.startsWith(`${model}-`) && /^(?:0|[1-9][0-9]*)$/.test(name.slice(model.length + 1));
}

/** A name of the model for the node, and its first line there. */
interface Bearer {
  readonly name: string;
  readonly line: MappingLine;
}

function bearerOf({ id, lines }: ExistingMapping, [unit]: readonly Unit[]): readonly Bearer[] {
  const line = lines.find(({ node }) => node === unit?.node);
  return line === undefined ? [] : [{ name: id, line }];
}

/** Ordered by the addresses of their lines; those without a valid address come last. */
function byAddress(a: Bearer, b: Bearer): number {
  return positionOf(a) - positionOf(b) || numberOf(a) - numberOf(b);
}

function positionOf({ line: { addresses } }: Bearer): number {
  const [address] = addresses;
  if (address === undefined) return Number.MAX_SAFE_INTEGER;
  return isFunctionAddress(address) ? addressKey(address) : slotKey(address) * 8;
}

function numberOf({ name }: Bearer): number {
  return Number(name.slice(name.lastIndexOf("-") + 1));
}

function keptNames(alike: readonly Unit[], borne: readonly Bearer[]): ReadonlyMap<Unit, Bearer> {
  if (borne.length === alike.length) {
    return new Map(alike.flatMap((unit, index) => pairOf(unit, borne[index])));
  }
  const left = new Set(borne);
  return new Map(
    alike.flatMap((unit) => {
      const bearer = [...left].find(({ line }) => isAt(line, unit.main.address));
      if (bearer !== undefined) left.delete(bearer);
      return pairOf(unit, bearer);
    }),
  );
}

function pairOf(unit: Unit, bearer: Bearer | undefined): readonly [Unit, Bearer][] {
  return bearer === undefined ? [] : [[unit, bearer]];
}

function* freeNames(model: string, taken: ReadonlySet<string>): Generator<string, never> {
  for (let number = 0; ; number++) {
    const name = `${model}-${number}`;
    if (!taken.has(name)) yield name;
  }
}

/** Whether the address is one of the line's. */
function isAt({ addresses }: MappingLine, address: Address): boolean {
  return addresses.some((one) => coversFunction(one, address));
}

/** Whether a line means the unit, as far as address and subsystem tell. */
function fits(line: MappingLine, unit: Unit): boolean {
  const stated = line.subsystemId?.toLowerCase() ?? null;
  return isAt(line, unit.main.address) && (stated === null || stated === unit.main.subsystemId);
}

/** Address and subsystem of a line, for messages. */
export function placeOfLine({ path, subsystemId }: MappingLine): string {
  return subsystemId === null ? path : `${path} (subsystem ${subsystemId.toLowerCase()})`;
}

/** Address and subsystem of a unit, for messages. */
export function placeOfUnit({ path, main: { subsystemId } }: Unit): string {
  return subsystemId === null ? path : `${path} (subsystem ${subsystemId})`;
}
