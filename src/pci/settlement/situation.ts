/** What is known of a node while its lines are settled. */
import { slotKey } from "../address.ts";
import type { PciDevice } from "../device.ts";
import type { Host } from "../host.ts";
import { bearerAt, type Card, functionAt } from "./card.ts";
import type { Decision, Unknown, UnknownReason } from "./decision.ts";

export type Decisions = Map<Card, Decision>;

export interface Situation {
  readonly host: Host;
  /** The cards that are at home, by the device at their address. */
  readonly home: ReadonlyMap<PciDevice, Card>;
  readonly away: readonly Card[];
  readonly bySlot: ReadonlyMap<number, readonly Card[]>;
}

export function situationOf(host: Host, cards: readonly Card[]): Situation {
  const home = new Map<PciDevice, Card>();
  for (const card of cards) {
    const there = bearerAt(host, card);
    if (there !== undefined) home.set(there, card);
  }
  const homely = new Set(home.values());
  const away = cards.filter((card) => !homely.has(card));
  return { host, home, away, bySlot: Map.groupBy(cards, ({ address }) => slotKey(address)) };
}

/** The device at the card's own address that has its ids; undefined when it is not at home. */
export function homeOf({ host, home }: Situation, card: Card): PciDevice | undefined {
  const there = functionAt(host, card.address);
  return there !== undefined && home.get(there) === card ? there : undefined;
}

/** For a card of another function: the cards at function .0 of its slot. */
export function mainsOf({ bySlot }: Situation, { address }: Card): readonly Card[] {
  if (address.function === 0) return [];
  return (bySlot.get(slotKey(address)) ?? []).filter((card) => card.address.function === 0);
}

export function unknown(
  { host }: Situation,
  { address }: Card,
  reason: UnknownReason,
  candidates: readonly PciDevice[] = [],
): Unknown {
  return { kind: "unknown", reason, there: functionAt(host, address) ?? null, candidates };
}
