/**
 * Gives units to guests, by the number that each needs. Nothing that a guest holds moves, and no unit is given twice.
 *
 * Guests are served one after the other: first those that hold something or have to be on a certain node, then
 * larger requests, then by name. A guest keeps what it holds, up to the number that it needs, and gets the rest from
 * one node.
 */
import { type Address, compareAddresses } from "./address.ts";
import type { UnitKind } from "./unit.ts";

/** A unit, with what decides who may have it. */
export interface AssignableUnit {
  readonly mappingName: string;
  readonly node: string;
  /** The address of its main function. */
  readonly address: Address;
  readonly kind: UnitKind;
  /** Null when one of its functions is in no group. */
  readonly isolated: boolean | null;
  readonly iommuGroups: readonly number[];
  /** The guests whose configurations cover it, each once, without templates; null when that is not known. */
  readonly holders: readonly Holder[] | null;
}

export interface Holder {
  readonly vmid: number;
  readonly name: string | null;
}

/** What a guest asks for. No two guests that hold something may have the same name. */
export interface UnitRequest {
  readonly name: string;
  /** How many units. */
  readonly count: number;
  /** Where the guest has to be; null when that is open. */
  readonly node: string | null;
}

export interface Assignment {
  /** Null when it asks for no units and for no node. */
  readonly node: string | null;
  /** Ordered by address. */
  readonly units: readonly AssignableUnit[];
}

/** A request that cannot be met, and the state of every unit at that point. */
export interface Shortage {
  readonly request: UnitRequest;
  /** Why the guest has to be on this node: the request names it, or the guest holds units there. */
  readonly bound: "named" | "holding" | null;
  /** The node with the most units for it; null when none has any. */
  readonly node: string | null;
  /** How many it could have there. */
  readonly most: number;
  /** Ordered by node, then address. */
  readonly units: readonly { readonly unit: AssignableUnit; readonly status: UnitStatus }[];
}

/** Why a guest can or cannot have a unit. */
export type UnitStatus =
  | { readonly kind: "free" | "its-own" | "unknown-use" | "live-vfs" | "no-group" | "not-isolated" }
  | { readonly kind: "given"; readonly to: string }
  | { readonly kind: "held"; readonly by: readonly Holder[] }
  /** Another guest holds or gets a unit of its IOMMU group. */
  | { readonly kind: "group-taken"; readonly by: Owner };

/** A requested guest by name, another one by number. */
export type Owner = string | number;

export interface AssignOptions {
  /** Whether units that take other devices along may be given too. */
  readonly sharedGroups: boolean;
}

/** Serves every request, or returns the first one that cannot be met. */
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
  // A guest is on one node, so everything it holds is there.
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

/** All units, who holds them, and who gets them. */
class Stock {
  /** Ordered by node, then address. */
  readonly #units: readonly AssignableUnit[];
  readonly #byNode: ReadonlyMap<string, readonly AssignableUnit[]>;
  readonly #sharedGroups: boolean;
  readonly #requested: ReadonlySet<string>;
  readonly #given = new Map<AssignableUnit, string>();
  /** Node and IOMMU group → the guests that have units in it. */
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

  /** What a requested guest holds, even if it was given to others; ordered by node, then address. */
  heldBy(name: string): readonly AssignableUnit[] {
    return this.#held.get(name) ?? [];
  }

  isGiven(unit: AssignableUnit): boolean {
    return this.#given.has(unit);
  }

  /** The units of a node that a guest can get in addition to what it holds, the lowest address first. */
  freeFor(name: string, node: string): readonly AssignableUnit[] {
    return (this.#byNode.get(node) ?? []).filter((unit) => this.#statusOf(unit, name).kind === "free");
  }

  /** The node with the most units for a guest; among equal ones the first by name. Null when no node has any. */
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
    // A unit that is held only by guests that do not need it is free once they have released it.
    if (unit.holders.length > 0) return { kind: "held", by: unit.holders };
    if (unit.kind === "pf") return { kind: "live-vfs" };
    if (unit.isolated === null) return { kind: "no-group" };
    if (!unit.isolated && !this.#sharedGroups) return { kind: "not-isolated" };
    const by = this.#othersInGroups(unit, name);
    return by === undefined ? { kind: "free" } : { kind: "group-taken", by };
  }

  /** Another guest that has a unit in one of the unit's groups. A group goes to one guest as a whole. */
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
