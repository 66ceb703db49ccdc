/** Guests with a choice of devices, where there are too few devices for all guests. */
import type { ClashingWishes, ClashKind } from "./clash-kind.ts";
import { canAllRun } from "./together.ts";
import { type Contested, certaintiesOf, type Wish } from "./wish.ts";

/**
 * Guests of one host that cannot all run at once, although any two of them may find devices. If two certainly want the
 * same, only the first is counted. Guests that cannot even run alone are not counted.
 * @param linesOf how many lines a mapping has for the host.
 */
export function shortagesAmong(
  wishes: readonly Wish[],
  linesOf: (mapping: string) => number,
): readonly ClashingWishes[] {
  return componentsOf(withoutCertainClashes(wishes)).flatMap((component) => {
    const shortages: ClashingWishes[] = [];
    let left = component;
    while (!canAllRun(left)) {
      const short = around(smallestIn(left), left);
      shortages.push({ wishes: short, kind: kindOf(short, linesOf) });
      left = left.filter((wish) => !short.includes(wish));
    }
    return shortages;
  });
}

type Wishes = readonly Wish[];

function guestsOf(wishes: Wishes): readonly Wishes[] {
  return [...Map.groupBy(wishes, ({ guest }) => guest.vmid).values()];
}

/** Guests that can run alone, and of which no two certainly take the same. */
function withoutCertainClashes(wishes: Wishes): Wishes {
  // What is certainly taken, and whether a wish takes it exclusively.
  const taken = new Map<Contested, boolean>();
  return guestsOf(wishes)
    .filter((guest) => {
      const certain = guest.flatMap((wish) => [...certaintiesOf(wish)]);
      const clashes = certain.some(([one, alone]) => taken.has(one) && (alone || taken.get(one) === true));
      if (clashes || !canAllRun(guest)) return false;
      for (const [one, alone] of certain) taken.set(one, alone || taken.get(one) === true);
      return true;
    })
    .flat();
}

/** Sets of guests that do not affect each other. */
function componentsOf(wishes: Wishes): readonly Wishes[] {
  const components: { readonly wishes: Wish[]; readonly touched: Set<Contested> }[] = [];
  for (const guest of guestsOf(wishes)) {
    const touched = new Set(guest.flatMap(({ takes }) => takes.flatMap((take) => [...touchedBy(take)])));
    const joined = { wishes: [...guest], touched };
    for (const other of components.filter((component) => !component.touched.isDisjointFrom(touched))) {
      joined.wishes.unshift(...other.wishes);
      for (const one of other.touched) joined.touched.add(one);
      components.splice(components.indexOf(other), 1);
    }
    components.push(joined);
  }
  return components.map((component) => component.wishes);
}

function touchedBy({ exclusive, shared }: Wish["takes"][number]): ReadonlySet<Contested> {
  return exclusive.union(shared);
}

/**
 * Guests that cannot all run at once, but can without any one of them. Those without choices are tried first, so that the remaining
 * ones belong to one mapping.
 */
function smallestIn(wishes: Wishes): Wishes {
  const guests = guestsOf(wishes).toSorted((a, b) => choices(a) - choices(b));
  let smallest = wishes;
  for (const guest of guests) {
    const without = smallest.filter((wish) => !guest.includes(wish));
    if (!canAllRun(without)) smallest = without;
  }
  return smallest;
}

function choices(guest: Wishes): number {
  return Math.max(...guest.map(({ takes }) => takes.length));
}

/**
 * A set of guests, with all other guests whose choices are only what these have: any of them may be the one that fails.
 */
function around(core: Wishes, all: Wishes): Wishes {
  const touched = new Set(core.flatMap(({ takes }) => takes.flatMap(({ exclusive }) => [...exclusive])));
  const guests = guestsOf(all).filter((guest) =>
    guest.every(
      (wish) =>
        core.includes(wish) || wish.takes.every(({ exclusive }) => !exclusive.isDisjointFrom(touched)),
    ),
  );
  return guests.flat();
}

function kindOf(wishes: Wishes, linesOf: (mapping: string) => number): ClashKind {
  const mappings = [...new Set(wishes.flatMap(({ mapping }) => mapping ?? []))].sort();
  const [mapping] = mappings;
  const [wish] = wishes;
  if (
    mappings.length === 1 &&
    mapping !== undefined &&
    wish !== undefined &&
    wishes.every((one) => one.mapping === mapping)
  ) {
    return { over: "mapping", mapping, lines: linesOf(mapping), serves: servedBy(wish) };
  }
  return { over: "mappings", mappings };
}

/** How many guests with this wish can run at once. */
function servedBy(wish: Wish): number {
  const wishes: Wish[] = [];
  do {
    wishes.push({ ...wish, guest: { ...wish.guest, vmid: wishes.length } });
  } while (wishes.length <= wish.takes.length && canAllRun(wishes));
  return wishes.length - 1;
}
