/** The other functions of a slot go where their function .0 goes: a card's sound stays with its GPU. */
import { slotKey } from "../address.ts";
import { bears, type Card, functionAt } from "./card.ts";
import type { Decision, LeftOut } from "./decision.ts";
import type { Kin } from "./kin.ts";
import { type Decisions, homeOf, mainsOf, type Situation, unknown } from "./situation.ts";

/** Decides about the cards whose function .0 has moved. */
export function followMoves(
  situation: Situation,
  cards: readonly Card[],
  kins: readonly Kin[],
  decisions: Decisions,
): void {
  follow(situation, cards, kins, decisions, (card, main) => {
    if (main.kind !== "moved") return null;
    const device = functionAt(situation.host, { ...main.device.address, function: card.address.function });
    return device !== undefined && bears(device, card)
      ? { kind: "moved", device, by: "card" }
      : leftOut(situation, card);
  });
}

/** Decides about the cards whose function .0 is left out. */
export function followLeftOut(
  situation: Situation,
  cards: readonly Card[],
  kins: readonly Kin[],
  decisions: Decisions,
): void {
  follow(situation, cards, kins, decisions, (card, main) =>
    main.kind === "left-out" ? leftOut(situation, card) : null,
  );
}

/**
 * A function seems to be at home, but its .0 may be elsewhere: then it is probably the same kind of function of another
 * card. But if only the ids of .0 are in doubt, it has not moved.
 */
export function stayUntold(situation: Situation, cards: readonly Card[], decisions: Decisions): void {
  for (const card of cards) {
    if (decisions.has(card) || homeOf(situation, card) === undefined) continue;
    const lost = mainsOf(situation, card).some((main) => {
      const decision = decisions.get(main);
      return decision?.kind === "unknown" && decision.reason !== "replaced";
    });
    if (lost) decisions.set(card, unknown(situation, card, "companion"));
  }
}

function follow(
  situation: Situation,
  cards: readonly Card[],
  kins: readonly Kin[],
  decisions: Decisions,
  fateWith: (card: Card, main: Decision) => Decision | null,
): void {
  for (const card of cards) {
    const mains = mainsOf(situation, card);
    // If lines put two cards into one slot, the function belongs to the one that is there.
    if (mains.some((main) => homeOf(situation, main) !== undefined)) continue;
    const fates = mains.map((main) => {
      const decision = decisions.get(main);
      return decision === undefined ? null : fateWith(card, decision);
    });
    const [fate] = fates;
    if (fate === undefined || fate === null) continue;
    // Lines may put several cards into one slot: then all of them have to go the same way.
    const agreed = fates.every((other) => other !== null && isSame(other, fate));
    const told = agreed && mains.every((main) => isToldApart(situation, card, main, kins));
    decisions.set(card, told ? fate : unknown(situation, card, "companion"));
  }
}

function isSame(a: Decision, b: Decision): boolean {
  if (a.kind === "moved" && b.kind === "moved") return a.device === b.device;
  return a.kind === b.kind;
}

/**
 * Whether the fate of a function .0 decides that of the card. Nobody knows which one of several interchangeable cards
 * it is, so their other functions have to be interchangeable too.
 */
function isToldApart({ bySlot }: Situation, card: Card, main: Card, kins: readonly Kin[]): boolean {
  const kin = kins.find(({ cards }) => cards.includes(main));
  if (kin === undefined || kin.atHome.length === 0) return true;
  const namings = [...kin.cards, ...kin.atHome].map((one) => {
    const named = (bySlot.get(slotKey(one.address)) ?? []).filter(
      ({ address, id }) => address.function === card.address.function && id === card.id,
    );
    return [...new Set(named.flatMap(({ mappings }) => mappings))].sort().join("\n");
  });
  return new Set(namings).size === 1;
}

function leftOut({ host }: Situation, card: Card): LeftOut {
  return { kind: "left-out", reason: "card", there: functionAt(host, card.address) ?? null };
}
