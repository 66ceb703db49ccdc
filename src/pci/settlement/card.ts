/**
 * Cards that the lines of mappings mean: each has an address and ids, and is named by one or more lines. A card here is
 * one function, because a line has the ids of one. A path without function means its .0.
 */
import { type Address, addressKey, isFunctionAddress, parseAddress, type Slot, slotKey } from "../address.ts";
import type { PciDevice } from "../device.ts";
import { PciFormatError } from "../format-error.ts";
import type { Host } from "../host.ts";
import { bareId, type MappingLine } from "../mapping-line.ts";

/** The lines of one mapping for one node. */
export interface NodeMapping {
  readonly name: string;
  readonly mediatedDevices: boolean;
  readonly lines: readonly MappingLine[];
}

/** One address of one line. */
export interface Claim {
  readonly mapping: string;
  readonly line: MappingLine;
  /** As written. */
  readonly path: string;
  /** null when it is no address, or the line's ids are invalid: then it means no card. */
  readonly target: Target | null;
}

export interface Target {
  readonly written: Address | Slot;
  /** The function whose ids the line has. */
  readonly address: Address;
  readonly id: string;
  /** null when the line has none. */
  readonly subsystemId: string | null;
}

export interface Card {
  readonly address: Address;
  /** `10de:2204` */
  readonly id: string;
  /** null when no line has one. */
  readonly subsystemId: string | null;
  /** Names of the mappings with a line for it, sorted. */
  readonly mappings: readonly string[];
  readonly claims: readonly Claim[];
}

/** Every address of every line. */
export function claimsOf(mappings: readonly NodeMapping[]): readonly Claim[] {
  return mappings.flatMap(({ name, lines }) =>
    lines.flatMap((line) =>
      line.path.split(";").map((path) => ({ mapping: name, line, path, target: targetOf(path, line) })),
    ),
  );
}

/** The cards of the claims, ordered by address. */
export function cardsOf(claims: readonly Claim[], host: Host): readonly Card[] {
  const places = Map.groupBy(
    claims.filter(speaksOfCard),
    ({ target }) => `${addressKey(target.address)} ${target.id}`,
  );
  return [...places.values()]
    .flatMap((together) => bySubsystem(together, host))
    .sort(
      (a, b) =>
        addressKey(a.address) - addressKey(b.address) ||
        compareTexts(`${a.id} ${a.subsystemId ?? ""}`, `${b.id} ${b.subsystemId ?? ""}`),
    );
}

/** Whether a line accepts a device by its ids. A subsystem that the hardware lacks may be written as zero. */
export function bears(device: PciDevice, { id, subsystemId }: Pick<Card, "id" | "subsystemId">): boolean {
  return device.id === id && (subsystemId === null || subsystemId === (device.subsystemId ?? NO_SUBSYSTEM));
}

/** The function at an address. */
export function functionAt(host: Host, address: Address): PciDevice | undefined {
  const inSlot = host.bySlot.get(slotKey(address)) ?? [];
  return inSlot.find((device) => device.address.function === address.function);
}

/** The device at the card's own address, where that has its ids. */
export function bearerAt(host: Host, card: Card): PciDevice | undefined {
  const there = functionAt(host, card.address);
  return there !== undefined && bears(there, card) ? there : undefined;
}

/** Whether the same mappings name all of the cards: then it does not matter which of them is where. */
export function areInterchangeable(cards: readonly Card[]): boolean {
  return new Set(cards.map(({ mappings }) => mappings.join("\n"))).size <= 1;
}

export type CardClaim = Claim & { readonly target: Target };

export function speaksOfCard(claim: Claim): claim is CardClaim {
  return claim.target !== null;
}

const NO_SUBSYSTEM = "0000:0000";
const ID = /^[0-9a-f]{4}:[0-9a-f]{4}$/;

function targetOf(path: string, line: MappingLine): Target | null {
  const id = bareId(line.id);
  const subsystemId = bareId(line.subsystemId);
  if (id === null || !ID.test(id) || (subsystemId !== null && !ID.test(subsystemId))) return null;
  const written = addressIn(path);
  if (written === null) return null;
  const address = isFunctionAddress(written) ? written : { ...written, function: 0 };
  return { written, address, id, subsystemId };
}

function addressIn(path: string): Address | Slot | null {
  try {
    return parseAddress(path.trim());
  } catch (error) {
    if (error instanceof PciFormatError) return null;
    throw error;
  }
}

/** The claims of one address and id. They are one card, unless they have several subsystems. */
function bySubsystem(claims: readonly CardClaim[], host: Host): readonly Card[] {
  const stated = Map.groupBy(
    claims.filter(({ target }) => target.subsystemId !== null),
    ({ target }) => target.subsystemId,
  );
  const silent = claims.filter(({ target }) => target.subsystemId === null);
  if (stated.size < 2) return [cardOf(claims, [...stated.keys()][0] ?? null)];
  // A claim without subsystem means the card that is there. If none of them is there, it cannot be told.
  const [first] = claims;
  const there = first === undefined ? undefined : functionAt(host, first.target.address);
  const cards = [...stated].map(([subsystemId, some]) => {
    const isThere = there !== undefined && bears(there, { id: first?.target.id ?? "", subsystemId });
    return { card: cardOf(isThere ? [...some, ...silent] : some, subsystemId), isThere };
  });
  const placed = silent.length === 0 || cards.some(({ isThere }) => isThere);
  return [...cards.map(({ card }) => card), ...(placed ? [] : [cardOf(silent, null)])];
}

function cardOf(claims: readonly CardClaim[], subsystemId: string | null): Card {
  const [first] = claims;
  if (first === undefined) throw new Error("a card without a line");
  const mappings = [...new Set(claims.map(({ mapping }) => mapping))].sort();
  return { address: first.target.address, id: first.target.id, subsystemId, mappings, claims };
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
