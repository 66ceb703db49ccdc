/**
 * Where the cards of one node are now, if not at home. In doubt the rules say nothing: a wrong address would give a
 * guest the host's own card, or that of another guest.
 */
import { isDisplayOrAccelerator } from "../class.ts";
import type { PciDevice } from "../device.ts";
import { type Host, isVirtualFunction } from "../host.ts";
import { areInterchangeable, bears, type Card, functionAt } from "./card.ts";
import type { Unknown, UnknownReason } from "./decision.ts";
import { type Decisions, type Situation, unknown } from "./situation.ts";

/** Cards that are not at home and could be mistaken for each other, with all devices that have their ids. */
export interface Kin {
  readonly cards: readonly Card[];
  readonly bearers: readonly PciDevice[];
  readonly atHome: readonly Card[];
}

/** Groups cards by id; by subsystem too, unless one of them has none. */
export function kinsOf(situation: Situation, cards: readonly Card[]): readonly Kin[] {
  const byId = [...Map.groupBy(cards, ({ id }) => id).values()];
  const sets = byId.flatMap((alike) =>
    alike.some(({ subsystemId }) => subsystemId === null)
      ? [alike]
      : [...Map.groupBy(alike, ({ subsystemId }) => subsystemId).values()],
  );
  return sets.map((set) => {
    const bearers = situation.host.devices.filter((device) => set.some((card) => bears(device, card)));
    return { cards: set, bearers, atHome: bearers.flatMap((device) => situation.home.get(device) ?? []) };
  });
}

/** If VFs, or what a firmware hides, may come back, the missing card waits, and similar ones wait with it. */
export function settleAbsent(situation: Situation, kin: Kin, decisions: Decisions): boolean {
  const { host, away } = situation;
  const like = away.filter((card) => kin.cards.some((one) => mayBeOne(one, card)));
  if (like.every((card) => reasonOfAbsence(host, card) === null)) return false;
  for (const card of kin.cards) {
    const reason = reasonOfAbsence(host, card) ?? "beside-absent";
    decisions.set(card, unknown(situation, card, reason, unheld(situation, kin)));
  }
  return true;
}

/** Whether two cards have the same ids, as far as lines state them. */
function mayBeOne(a: Card, b: Card): boolean {
  const silent = a.subsystemId === null || b.subsystemId === null;
  return a.id === b.id && (silent || a.subsystemId === b.subsystemId);
}

function reasonOfAbsence(host: Host, { address }: Card): UnknownReason | null {
  const there = functionAt(host, address);
  if (there !== undefined) return isVirtualFunction(host, there) ? "virtual-function" : null;
  return address.device === 0 && address.function === 0 ? null : "absent";
}

/** Displays and accelerators keep their order when buses get new numbers. */
export function settleMoves(situation: Situation, kin: Kin, decisions: Decisions): boolean {
  const { host, home } = situation;
  const { cards, bearers, atHome } = kin;
  const free = bearers.filter(
    (device) =>
      !(isVirtualFunction(host, device) || host.livePhysicalFunctions.has(device.path) || home.has(device)),
  );
  if (free.length !== cards.length || !bearers.every(isDisplayOrAccelerator)) return false;
  if (atHome.length > 0 && !areInterchangeable([...cards, ...atHome])) return false;
  const moves = cards.map((card, index) => ({ card, device: free[index] }));
  const fits = moves.every(({ card, device }) => device !== undefined && isShift(card, device));
  if (!fits) return false;
  for (const { card, device } of moves) {
    if (device !== undefined) decisions.set(card, { kind: "moved", device, by: "order" });
  }
  return true;
}

/** Whether new bus numbers can explain the card's new place. */
function isShift(card: Card, device: PciDevice): boolean {
  return (
    bears(device, card) &&
    device.address.device === card.address.device &&
    device.address.function === card.address.function
  );
}

/** What did not move is gone, or it cannot be told. */
export function settleGone(situation: Situation, kin: Kin, decisions: Decisions): void {
  const { cards, bearers, atHome } = kin;
  const nowhere = bearers.length === 0;
  // A line at home without subsystem may mean another board, and leave the one at its address to this card.
  const meant = situation.host.devices.filter((device) => atHome.some((card) => bears(device, card)));
  const pooled =
    !nowhere &&
    [...bearers, ...meant].every(
      (device) => situation.home.has(device) && !isVirtualFunction(situation.host, device),
    ) &&
    areInterchangeable([...cards, ...atHome]);
  for (const card of cards) {
    if (!(nowhere || pooled)) {
      decisions.set(card, undecided(situation, card, kin));
      continue;
    }
    const there = functionAt(situation.host, card.address) ?? null;
    decisions.set(
      card,
      there !== null && mayBeMeant(situation, card, there, decisions)
        ? unknown(situation, card, "replaced", [there])
        : { kind: "left-out", reason: nowhere ? "gone" : "pooled", there },
    );
  }
}

function undecided(situation: Situation, card: Card, kin: Kin): Unknown {
  const candidates = unheld(situation, kin).filter((device) => bears(device, card));
  if (!kin.bearers.every(isDisplayOrAccelerator)) return unknown(situation, card, "elsewhere", candidates);
  if (candidates.length > 0) return unknown(situation, card, "ambiguous", candidates);
  return unknown(
    situation,
    card,
    "held",
    kin.bearers.filter((device) => bears(device, card)),
  );
}

/** Whether the device at the card's address, which has other ids, may still be the card that the lines mean. */
function mayBeMeant({ home }: Situation, card: Card, there: PciDevice, decisions: Decisions): boolean {
  if (there.vendor !== card.id.slice(0, 4) || isBridge(there) || home.has(there)) return false;
  return !decisions.values().some((decision) => decision.kind === "moved" && decision.device === there);
}

/** An NVSwitch has the class of an "other" bridge, but is passed through. */
function isBridge(device: PciDevice): boolean {
  return device.class.startsWith("06") && !device.class.startsWith("0680");
}

function unheld({ home }: Situation, { bearers }: Kin): readonly PciDevice[] {
  return bearers.filter((device) => !home.has(device));
}
