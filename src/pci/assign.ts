/**
 * Which guest gets which units, by how many it needs: nothing that a guest holds moves, and nothing is given twice.
 *
 * Guests are served one after the other: those that hold something or have to be on a node first, then larger
 * requests, then names. A guest keeps what it holds, as much as it needs, and gets the rest from one node.
 */
import { type Address, compareAddresses } from "./address.ts";
import type { UnitKind } from "./unit.ts";

/** A unit, as far as it matters who may have it. */
export interface AssignableUnit {
  readonly mappingName: string;
  readonly node: string;
  /** Of its main function. */
  readonly address: Address;
  readonly kind: UnitKind;
  /** Null when a function is in no group. */
  readonly isolated: boolean | null;
  readonly iommuGroups: readonly number[];
  /** The guests whose configurations cover it, each once, without templates; null when that is not known. */
  readonly holders: readonly Holder[] | null;
}

export interface Holder {
  readonly vmid: number;
  readonly name: string | null;
}

/** What a guest asks for. Of guests that hold anything, no two may bear the name. */
export interface UnitRequest {
  readonly name: string;
  /** How many units. */
  readonly count: number;
  /** Where the guest has to be; null when that is open. */
  readonly node: string | null;
}

/** What a guest gets. */
export interface Assignment {
  /** Null when it asks for nothing and has to be nowhere. */
  readonly node: string | null;
  /** In the order of their addresses. */
  readonly units: readonly AssignableUnit[];
}

/** A request that cannot be met, and what became of every unit by then. */
export interface Shortage {
  readonly request: UnitRequest;
  /** The node that the guest cannot leave: it is named for it, or it holds units there. */
  readonly bound: "named" | "holding" | null;
  /** The node that has the most units for it; null when none has any. */
  readonly node: string | null;
  /** How many it could have there. */
  readonly most: number;
  /** Ordered by node, then address. */
  readonly units: readonly { readonly unit: AssignableUnit; readonly status: UnitStatus }[];
}

/** Why a guest can have a unit or not. */
export type UnitStatus =
  | { readonly kind: "free" | "its-own" | "unknown-use" | "live-vfs" | "no-group" | "not-isolated" }
  | { readonly kind: "given"; readonly to: string }
  | { readonly kind: "held"; readonly by: readonly Holder[] }
  /** Another guest holds or gets a unit of its IOMMU group. */
  | { readonly kind: "group-taken"; readonly by: Owner };

/** A requested guest by its name, another one by its number. */
export type Owner = string | number;

export interface AssignOptions {
  /** Whether units that take other devices along are given too. */
  readonly sharedGroups: boolean;
}

/** Serves every request, or says which is the first that cannot be met. */
export function assign(
  units: readonly AssignableUnit[],
  requests: readonly UnitRequest[],
  options: AssignOptions,
): ReadonlyMap<string, Assignment> | Shortage {
  const stock = new Stock(units, new Set(requests.map(({ name }) => name)), options);
  const assignments = new Map<string, Assignment>();
  for (const request of inOrder(requests, stock)) {
    const answer = serve(request, stock);
    if ("request" in answer) return answer;
    assignments.set(request.name, answer);
  }
  return assignments;
}

function inOrder(requests: readonly UnitRequest[], stock: Stock): readonly UnitRequest[] {
  const isSettled = ({ name, node }: UnitRequest): boolean => node !== null || stock.heldBy(name).length > 0;
  return requests.toSorted(
    (a, b) =>
      Number(isSettled(b)) - Number(isSettled(a)) || b.count - a.count || compareNames(a.name, b.name),
  );
}

function serve(request: UnitRequest, stock: Stock): Assignment | Shortage {
  const { name, count } = request;
  if (count === 0) return { node: request.node, units: [] };
  const held = stock.heldBy(name);
  // A guest is on one node, so that all it holds is on one.
  const node = request.node ?? held[0]?.node ?? stock.roomiestNode(name);
  const kept = held
    .filter((unit) => unit.node === node && !stock.isGiven(unit))
    .toSorted((a, b) => holderCount(a) - holderCount(b) || byPlace(a, b))
    .slice(0, count);
  const free = node === null ? [] : stock.freeFor(name, node);
  const most = kept.length + free.length;
  if (most < count)
    return { request, bound: boundBy(request, held), node, most, units: stock.statuses(name) };
  const units = [...kept, ...free.slice(0, count - kept.length)].sort(byPlace);
  stock.give(units, name);
  return { node, units };
}

function boundBy({ node }: UnitRequest, held: readonly AssignableUnit[]): Shortage["bound"] {
  if (node !== null) return "named";
  return held.length > 0 ? "holding" : null;
}

/** All units, who holds them, and who has been given them. */
class Stock {
  /** Ordered by node, then address. */
  readonly #units: readonly AssignableUnit[];
  readonly #byNode: ReadonlyMap<string, readonly AssignableUnit[]>;
  readonly #sharedGroups: boolean;
  readonly #requested: ReadonlySet<string>;
  readonly #given = new Map<AssignableUnit, string>();
  /** Node and IOMMU group → whose units are in it. */
  readonly #owners = new Map<string, Set<Owner>>();
  readonly #held = new Map<string, AssignableUnit[]>();

  constructor(
    units: readonly AssignableUnit[],
    requested: ReadonlySet<string>,
    { sharedGroups }: AssignOptions,
  ) {
    this.#units = units.toSorted(byPlace);
    this.#byNode = Map.groupBy(this.#units, ({ node }) => node);
    this.#requested = requested;
    this.#sharedGroups = sharedGroups;
    for (const unit of this.#units) {
      for (const holder of unit.holders ?? []) {
        const owner = this.#ownerOf(holder);
        this.#own(unit, owner);
        if (typeof owner !== "string") continue;
        const held = this.#held.get(owner);
        if (held === undefined) this.#held.set(owner, [unit]);
        else held.push(unit);
      }
    }
  }

  /** What a requested guest holds, given to others or not, ordered by node, then address. */
  heldBy(name: string): readonly AssignableUnit[] {
    return this.#held.get(name) ?? [];
  }

  isGiven(unit: AssignableUnit): boolean {
    return this.#given.has(unit);
  }

  /** The units of a node that a guest may be given beside what it holds, the lowest address first. */
  freeFor(name: string, node: string): readonly AssignableUnit[] {
    return (this.#byNode.get(node) ?? []).filter((unit) => this.#statusOf(unit, name).kind === "free");
  }

  /** The node with the most units for a guest, of equal ones the first by name; null when none has any. */
  roomiestNode(name: string): string | null {
    let best: { readonly node: string; readonly count: number } | null = null;
    for (const node of this.#byNode.keys()) {
      const count = this.freeFor(name, node).length;
      if (count > (best?.count ?? 0)) best = { node, count };
    }
    return best?.node ?? null;
  }

  give(units: readonly AssignableUnit[], name: string): void {
    for (const unit of units) {
      this.#given.set(unit, name);
      this.#own(unit, name);
    }
  }

  statuses(name: string): Shortage["units"] {
    return this.#units.map((unit) => ({ unit, status: this.#statusOf(unit, name) }));
  }

  #statusOf(unit: AssignableUnit, name: string): UnitStatus {
    const to = this.#given.get(unit);
    if (to !== undefined) return { kind: "given", to };
    if (unit.holders === null) return { kind: "unknown-use" };
    if (unit.holders.some((holder) => this.#ownerOf(holder) === name)) return { kind: "its-own" };
    // What only guests hold that do not need it is free when they have let go of it.
    if (unit.holders.length > 0) return { kind: "held", by: unit.holders };
    if (unit.kind === "pf") return { kind: "live-vfs" };
    if (unit.isolated === null) return { kind: "no-group" };
    if (!unit.isolated && !this.#sharedGroups) return { kind: "not-isolated" };
    const by = this.#othersInGroups(unit, name);
    return by === undefined ? { kind: "free" } : { kind: "group-taken", by };
  }

  /** A guest other than the named one that has a unit of one of the unit's groups: a group goes to one guest whole. */
  #othersInGroups({ node, iommuGroups }: AssignableUnit, name: string): Owner | undefined {
    return iommuGroups
      .values()
      .flatMap((group) => this.#owners.get(`${node}/${group}`) ?? [])
      .find((owner) => owner !== name);
  }

  #own({ node, iommuGroups }: AssignableUnit, owner: Owner): void {
    for (const group of iommuGroups) {
      const key = `${node}/${group}`;
      const owners = this.#owners.get(key);
      if (owners === undefined) this.#owners.set(key, new Set([owner]));
      else owners.add(owner);
    }
  }

  #ownerOf({ vmid, name }: Holder): Owner {
    return name !== null && this.#requested.has(name) ? name : vmid;
  }
}

function holderCount({ holders }: AssignableUnit): number {
  return holders?.length ?? 0;
}

function byPlace(a: AssignableUnit, b: AssignableUnit): number {
  return compareNames(a.node, b.node) || compareAddresses(a.address, b.address);
}

function compareNames(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
