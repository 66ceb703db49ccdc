/** Decides where each card of a node is now: at home, elsewhere, gone, or unknown. */
import { addressKey, slotKey } from "../address.ts";
import type { Host } from "../host.ts";
import type { Card } from "./card.ts";
import { followLeftOut, followMoves, stayUntold } from "./follow.ts";
import { type Kin, kinsOf, settleAbsent, settleGone, settleMoves } from "./kin.ts";
import { type Decisions, homeOf, mainsOf, type Situation, situationOf, unknown } from "./situation.ts";

/** Decides about every card. */
export function judge(host: Host, cards: readonly Card[]): Decisions {
  const situation = situationOf(host, cards);
  const decisions: Decisions = new Map();
  // Cards that may go with their .0 wait until that is decided.
  const waiting = cards.filter((card) =>
    mainsOf(situation, card).some((main) => homeOf(situation, main) === undefined),
  );
  const first = cards.filter((card) => !waiting.includes(card));
  const kins = settleHome(situation, first, decisions);
  // Another card's move may claim what is at an address. So all moves are decided before anything counts as gone.
  const staying = settlePresent(situation, kins, decisions);
  followMoves(situation, waiting, kins, decisions);
  for (const kin of staying) settleGone(situation, kin, decisions);
  followLeftOut(situation, waiting, kins, decisions);
  stayUntold(situation, waiting, decisions);
  const alone = waiting.filter((card) => !decisions.has(card));
  const kinsAlone = settleHome(situation, alone, decisions);
  for (const kin of settlePresent(situation, kinsAlone, decisions)) settleGone(situation, kin, decisions);
  refuseSharedAddresses(situation, decisions);
  return decisions;
}

/** Decides about the cards at home, and returns the others. */
function settleHome(situation: Situation, cards: readonly Card[], decisions: Decisions): readonly Kin[] {
  for (const card of cards) {
    const device = homeOf(situation, card);
    if (device !== undefined) decisions.set(card, { kind: "home", device });
  }
  return kinsOf(
    situation,
    cards.filter((card) => !decisions.has(card)),
  );
}

/** Decides about what may come back and what moved, and returns the others. */
function settlePresent(situation: Situation, kins: readonly Kin[], decisions: Decisions): readonly Kin[] {
  return kins.filter(
    (kin) => !(settleAbsent(situation, kin, decisions) || settleMoves(situation, kin, decisions)),
  );
}

/** No two cards may be at one address, and no card where the sound of another one is. */
function refuseSharedAddresses(situation: Situation, decisions: Decisions): void {
  const places = Map.groupBy(
    [...decisions].flatMap(([card, decision]) =>
      decision.kind === "home" || decision.kind === "moved" ? [{ card, device: decision.device }] : [],
    ),
    ({ device }) => addressKey(device.address),
  );
  const sharing = [...places.values()].filter((some) => some.length > 1).flat();
  const slots = new Set(sharing.map(({ device }) => slotKey(device.address)));
  for (const { card, device } of sharing) decisions.set(card, unknown(situation, card, "shared", [device]));
  for (const [card, decision] of decisions) {
    if (decision.kind === "moved" && slots.has(slotKey(decision.device.address))) {
      decisions.set(card, unknown(situation, card, "shared", [decision.device]));
    }
  }
}
