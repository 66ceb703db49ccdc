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
 * What seems to be at home, while its card may be elsewhere, is likely the like of it on another card. But where only
 * the ids of function .0 are in doubt, it is where it was.
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
    // Of two cards that lines put into one slot, it is a part of the one that is there.
    if (mains.some((main) => homeOf(situation, main) !== undefined)) continue;
    const fates = mains.map((main) => {
      const decision = decisions.get(main);
      return decision === undefined ? null : fateWith(card, decision);
    });
    const [fate] = fates;
    if (fate === undefined || fate === null) continue;
    // Lines for several cards in one slot, and not all of them go the same way.
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
 * Whether the fate of a function .0 says anything of the card's: of cards that are interchangeable nobody knows which
 * one it is, and their other functions have to be interchangeable too.
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
