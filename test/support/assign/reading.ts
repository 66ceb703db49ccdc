/**
 * A second reading of the contract of `assign`, by trying: in the order in which guests are served, all sets of units
 * that a guest could get are made, and the one that the contract prefers is taken. For small clusters only.
 */
import type { Call, Unit, User } from "./arbitrary.ts";

export type Result = Record<string, { readonly node: string | null; readonly mappings: readonly string[] }>;

interface Possible {
  readonly node: string;
  readonly units: readonly Unit[];
}

/** What every guest gets, or the name of the guest for which there is nothing. */
export function reading({ units, guests, nodes, sharedGroups }: Call): Result | string {
  const given = new Map<Unit, string>();
  const users = (unit: Unit): readonly User[] => (unit.used_by ?? []).filter(({ template }) => !template);
  const holds = (name: string, unit: Unit): boolean => users(unit).some((user) => user.name === name);
  const holdings = (name: string): readonly Unit[] => units.filter((unit) => holds(name, unit));
  const isFirst = (name: string): boolean => name in nodes || holdings(name).length > 0;

  /** Whether somebody else has, or gets, a unit that shares a group with this one. */
  const isContested = (name: string, unit: Unit): boolean =>
    units.some(
      (other) =>
        other.node === unit.node &&
        other.iommu_groups.some((group) => unit.iommu_groups.includes(group)) &&
        (users(other).some((user) => user.name !== name) || (given.has(other) && given.get(other) !== name)),
    );
  const mayGet = (name: string, unit: Unit): boolean => {
    if (given.has(unit)) return false;
    if (holds(name, unit)) return true;
    const isOffered = unit.used_by !== null && users(unit).length === 0 && unit.kind !== "pf";
    const isAlone = unit.isolated === true || (unit.isolated === false && sharedGroups);
    return isOffered && isAlone && !isContested(name, unit);
  };

  const result: Result = {};
  const order = Object.entries(guests).sort(
    ([a, m], [b, n]) => Number(isFirst(b)) - Number(isFirst(a)) || n - m || (a < b ? -1 : 1),
  );
  for (const [name, count] of order) {
    if (count === 0) {
      result[name] = { node: nodes[name] ?? null, mappings: [] };
      continue;
    }
    const all = subsets(units)
      .filter(
        (set) => set.length > 0 && set.every((unit) => unit.node === set[0]?.node && mayGet(name, unit)),
      )
      .map((set): Possible => ({ node: set[0]?.node ?? "", units: set }));
    const node = nodes[name] ?? holdings(name)[0]?.node ?? roomiest(all);
    const [best] = all
      .filter((one) => one.node === node && one.units.length === count)
      .sort((a, b) => compareKeys(keyOf(a.units, name), keyOf(b.units, name)));
    if (best === undefined) return name;
    for (const unit of best.units) given.set(unit, name);
    const mappings = [...best.units]
      .sort((a, b) => (a.path < b.path ? -1 : 1))
      .map((unit) => unit.mapping_name);
    result[name] = { node: best.node, mappings };
  }
  return result;

  /** What is held comes first, then what fewer hold, then the lower address; what is not held by its address. */
  function keyOf(set: readonly Unit[], name: string): readonly string[] {
    return set
      .map(
        (unit) => `${holds(name, unit) ? new Set(users(unit).map(({ vmid }) => vmid)).size : 9} ${unit.path}`,
      )
      .sort();
  }
}

function roomiest(possible: readonly Possible[]): string | null {
  const [best] = [...possible].sort(
    (a, b) => b.units.length - a.units.length || (a.node < b.node ? -1 : Number(a.node > b.node)),
  );
  return best?.node ?? null;
}

function compareKeys(a: readonly string[], b: readonly string[]): number {
  const [x, y] = [JSON.stringify(a), JSON.stringify(b)];
  if (x === y) return 0;
  return x < y ? -1 : 1;
}

function subsets<T>(items: readonly T[]): readonly (readonly T[])[] {
  return Array.from({ length: 2 ** items.length }, (_, mask) =>
    items.filter((_item, index) => Math.floor(mask / 2 ** index) % 2 === 1),
  );
}
