/**
 * Whether guests of one host can all run at once: each wish needs a set of devices that leaves enough for the others.
 *
 * Nearly always a set of devices stands for one card. Then this is a matching of wishes to cards, which is exact and
 * fast. If sets overlap in part, a search continues from there. It gives up when it takes too long; then no shortage is
 * reported.
 */
import type { PciDevice } from "../device.ts";
import type { Contested, Take, Wish } from "./wish.ts";

/** Whether all can be served at the same time; also true when finding out would take too long. */
export function canAllRun(wishes: readonly Wish[]): boolean {
  const cards = new Cards(wishes);
  if (!cards.sufficeFor(wishes)) return false;
  return cards.sayAll || new Search(wishes).succeeds();
}

/** Whether two sets of devices can both be in use. */
function areCompatible(a: Take, b: Take, sameGuest: boolean): boolean {
  // A guest may have several devices of a group, but none of them twice.
  if (sameGuest) return !a.devices.some((device) => b.devices.includes(device));
  return (
    a.exclusive.isDisjointFrom(b.exclusive) &&
    a.exclusive.isDisjointFrom(b.shared) &&
    a.shared.isDisjointFrom(b.exclusive)
  );
}

/**
 * Groups takes by the one thing that stands for them. Two takes of different guests with the same thing exclude each other.
 */
class Cards {
  readonly #cardOf = new Map<Take, Contested | null>();
  /** Whether takes exclude each other only by these things. */
  readonly sayAll: boolean;

  constructor(wishes: readonly Wish[]) {
    const takes = wishes.flatMap((wish) => wish.takes);
    const frequency = new Map<Contested, number>();
    for (const one of takes.flatMap(({ exclusive }) => [...exclusive])) {
      frequency.set(one, (frequency.get(one) ?? 0) + 1);
    }
    // What most takes have in common says the most.
    const inOrder = (a: Contested, b: Contested): number =>
      (frequency.get(b) ?? 0) - (frequency.get(a) ?? 0) || (a.key < b.key ? -1 : 1);
    for (const take of takes) this.#cardOf.set(take, [...take.exclusive].sort(inOrder)[0] ?? null);
    this.sayAll = this.#tellAll(takes) && this.#countable(wishes).length === wishes.length;
  }

  /** Whether every wish can have its own card. False is always right; true only if `sayAll`. */
  sufficeFor(wishes: readonly Wish[]): boolean {
    const holders = new Map<Contested, Wish>();
    const serve = (wish: Wish, tried: Set<Contested>): boolean => {
      for (const card of this.#cardsOf(wish)) {
        if (tried.has(card)) continue;
        tried.add(card);
        const holder = holders.get(card);
        if (holder === undefined || serve(holder, tried)) {
          holders.set(card, wish);
          return true;
        }
      }
      return false;
    };
    return this.#countable(wishes).every((wish) => serve(wish, new Set()));
  }

  #cardsOf({ takes }: Wish): readonly Contested[] {
    return takes.flatMap((take) => this.#cardOf.get(take) ?? []);
  }

  /** Wishes that need a card for themselves. Two devices of one card may go to one guest, and then count once. */
  #countable(wishes: readonly Wish[]): readonly Wish[] {
    const counted = new Map<number, Wish[]>();
    return wishes.filter((wish) => {
      if (wish.takes.some((take) => this.#cardOf.get(take) === null)) return false;
      const before = counted.get(wish.guest.vmid) ?? [];
      if (before.some((other) => this.#canShareCard(wish, other))) return false;
      counted.set(wish.guest.vmid, [...before, wish]);
      return true;
    });
  }

  #canShareCard(one: Wish, other: Wish): boolean {
    return one.takes.some((a) =>
      other.takes.some((b) => this.#cardOf.get(a) === this.#cardOf.get(b) && areCompatible(a, b, true)),
    );
  }

  /** Whether everything that takes can conflict about, including devices, belongs to only one card. */
  #tellAll(takes: readonly Take[]): boolean {
    const cards = new Map<Contested | PciDevice, Contested>();
    const wanted = new Set(takes.flatMap(({ exclusive }) => [...exclusive]));
    return takes.every((take) => {
      const card = this.#cardOf.get(take);
      const all = [...take.exclusive, ...[...take.shared].filter((one) => wanted.has(one)), ...take.devices];
      return all.every((one) => {
        const known = cards.get(one) ?? card;
        if (card == null || known !== card) return false;
        cards.set(one, card);
        return true;
      });
    });
  }
}

/** How many tries a search may make: they take some milliseconds. */
const MAX_TRIES = 2_000;

/** Tries the sets of devices one by one, first for the wish with the fewest choices. */
class Search {
  readonly #chosen = new Map<Wish, Take>();
  readonly #open: Set<Wish>;
  #tries = 0;

  constructor(wishes: readonly Wish[]) {
    this.#open = new Set(wishes);
  }

  succeeds(): boolean {
    const next = this.#fewestChoices();
    if (next === null) return true;
    this.#open.delete(next.wish);
    for (const take of next.choices) {
      this.#tries += 1;
      this.#chosen.set(next.wish, take);
      if (this.#tries > MAX_TRIES || this.succeeds()) return true;
    }
    this.#chosen.delete(next.wish);
    this.#open.add(next.wish);
    return false;
  }

  #fewestChoices(): { readonly wish: Wish; readonly choices: readonly Take[] } | null {
    let fewest: { readonly wish: Wish; readonly choices: readonly Take[] } | null = null;
    for (const wish of this.#open) {
      const choices = wish.takes.filter((take) => this.#isFree(wish, take));
      if (choices.length === 0) return { wish, choices };
      if (fewest === null || choices.length < fewest.choices.length) fewest = { wish, choices };
    }
    return fewest;
  }

  #isFree({ guest }: Wish, take: Take): boolean {
    return this.#chosen
      .entries()
      .every(([other, taken]) => areCompatible(take, taken, other.guest.vmid === guest.vmid));
  }
}
