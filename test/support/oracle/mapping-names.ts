import type { Arguments, Cluster } from "./cluster.ts";
import { linesOf } from "./mapping-line.ts";
import { byPath, means, padded } from "./place.ts";
import type { Unit } from "./unit.ts";

/** Ids of cards in the tests of which pci.ids says, with a `/` in their brackets, that several models bear them. */
const SHARED = ["10de:25b6", "10de:1e30", "1002:744c", "1002:73bf", "1002:67df", "1002:6798"];
const SHARED_BY_SERVERS = ["1002:6860", "1002:6864", "1002:686c"];

/** The name of a unit for its place. */
export function addressName({ node, main }: Unit, args: Arguments): string {
  const domain = main.domain === 0 ? "" : `${padded(main.domain, 4)}-`;
  const fn = main.fn === 0 ? "" : `-${main.fn.toString(16)}`;
  return `${args.mapping_prefix ?? "gpu"}-${node}-${domain}${padded(main.bus, 2)}-${padded(main.slot, 2)}${fn}`;
}

/** The name of the pool that a unit is in; null for a physical function whose virtual functions live. */
export function poolName({ kind, main }: Unit, args: Arguments): string | null {
  if (kind === "pf") return null;
  const model = main.subsystemId?.slice(5) ?? "0000";
  const shared = [...SHARED, ...SHARED_BY_SERVERS].includes(main.id) && model !== "0000" ? `-${model}` : "";
  const vf = kind === "vf" ? "-vf" : "";
  return `${args.mapping_prefix ?? "gpu"}-${main.id.replace(":", "-")}${shared}${vf}${main.mdev ? "-mdev" : ""}`;
}

/** Something about a kept name that a person has to know, and of which units. */
export type NameFact =
  | { kind: "name_moved"; name: string; units: Unit[] }
  | { kind: "name_lost"; name: string; units: Unit[] };

/**
 * The names by model of a node's units: those that the cluster's mappings bear are kept, the others count on.
 *
 * @param units all units of the node, in address order.
 */
export function modelNames(
  units: Unit[],
  cluster: Cluster,
  args: Arguments,
): { names: Map<Unit, string>; facts: NameFact[] } {
  const names = new Map<Unit, string>();
  const facts: NameFact[] = [];
  const keyOf = (unit: Unit): string => `${unit.main.id.replace(":", "-")}${unit.kind === "vf" ? "-vf" : ""}`;
  for (const key of new Set(units.map(keyOf))) {
    const alike = units.filter((unit) => keyOf(unit) === key);
    const node = alike[0]?.node ?? "";
    const stem = `${args.mapping_prefix ?? "gpu"}-${node}-${key}-`;
    nameAlike(alike, stem, node, cluster, names, facts);
  }
  return { names, facts };
}

/** A name that a mapping bears, and the line that it has for the node. */
interface Borne {
  name: string;
  path: string;
  subsystem: string | null;
}

function nameAlike(
  units: Unit[],
  stem: string,
  node: string,
  cluster: Cluster,
  names: Map<Unit, string>,
  facts: NameFact[],
): void {
  const numbered = (cluster.mappings ?? []).filter(
    ({ id }) => id.startsWith(stem) && /^(0|[1-9]\d*)$/.test(id.slice(stem.length)),
  );
  const borne = numbered
    .flatMap((mapping): Borne[] => {
      const [line] = linesOf(mapping).filter((one) => one.node === node);
      const [path] = line?.path.split(";") ?? [];
      return line === undefined || path === undefined
        ? []
        : [{ name: mapping.id, path, subsystem: line.subsystem }];
    })
    .sort((a, b) => byPath(a.path, b.path) || numberOf(a.name, stem) - numberOf(b.name, stem));
  const at = (unit: Unit, { path }: Borne): boolean => means(path, unit.main.path);
  const taken = new Map<Borne, Unit>();
  for (const [index, unit] of units.entries()) {
    const inOrder = borne.length === units.length;
    const one = inOrder ? borne[index] : borne.find((each) => !taken.has(each) && at(unit, each));
    if (one !== undefined) taken.set(one, unit);
  }
  for (const [one, unit] of taken) {
    names.set(unit, one.name);
    const otherCard = one.subsystem !== null && one.subsystem !== (unit.main.subsystemId ?? null);
    if (!at(unit, one) || otherCard) facts.push({ kind: "name_moved", name: one.name, units: [unit] });
  }
  for (const one of borne.filter((each) => !taken.has(each))) {
    facts.push({ kind: "name_lost", name: one.name, units });
  }
  let number = 0;
  for (const unit of units.filter((each) => !names.has(each))) {
    while (numbered.some(({ id }) => id === `${stem}${number}`)) number++;
    names.set(unit, `${stem}${number}`);
    number++;
  }
}

const numberOf = (name: string, stem: string): number => Number(name.slice(stem.length));
