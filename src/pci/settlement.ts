/**
 * Compares the lines of all mappings for one node with its present hardware: which cards are where their lines say,
 * which have moved, which are gone, and which cannot be told. All lines are settled together, because what one of them
 * may mean depends on the others.
 */
import { type Address, formatAddress, type Slot } from "./address.ts";
import type { PciDevice } from "./device.ts";
import { type Host, isIommuOff } from "./host.ts";
import { CURRENT_CHECK, type MappingCheck, mappingProblems } from "./mapping-check.ts";
import type { MappingLine } from "./mapping-line.ts";
import {
  bearerAt,
  bears,
  type Card,
  type Claim,
  cardsOf,
  claimsOf,
  functionAt,
  type NodeMapping,
  speaksOfCard,
} from "./settlement/card.ts";
import type { Decision } from "./settlement/decision.ts";
import { judge } from "./settlement/judge.ts";
import { formed, type Placed, type Rewriting, rewrite } from "./settlement/lines.ts";
import type { Decisions } from "./settlement/situation.ts";

export type { NodeMapping } from "./settlement/card.ts";
export type { Decision, LeftOut, Unknown, UnknownReason } from "./settlement/decision.ts";
export type { Rewriting } from "./settlement/lines.ts";

export interface Settlement {
  /**
   * How the node's lines of a mapping should be, in their order: null when nothing is wrong or nothing can be said,
   * empty when no line remains.
   */
  suggestionOf(mapping: string): readonly MappingLine[] | null;
  /**
   * What a line covers for usage. At home: its addresses as written. Moved: the new address. Left out: nothing. If
   * nothing can be said: everything that it may mean, which is what has its ids and is certainly no other line's, or
   * else what is at its address and of its vendor. It does not depend on the decisions about other lines.
   */
  coverageOf(line: MappingLine): readonly (Address | Slot)[];
  /**
   * Whether a line means any one of the addresses that it covers, or none. Not where its ids are at its own address:
   * Proxmox takes what is there, whatever else is unknown. Nor for what cannot be parsed: that counts as it is written.
   */
  isAmbiguous(line: MappingLine): boolean;
  /** The decision about each address of a line, in their order; empty for a line that was not settled. */
  decisionsOf(line: MappingLine): readonly { readonly path: string; readonly decision: Decision }[];
  /** How one line changes. */
  rewritingOf(line: MappingLine): Rewriting;
  /** Whether any card of the node has moved or cannot be told: then others may have changed places unnoticed. */
  readonly unsettled: boolean;
  /** Whether the IOMMU of the node is off: then nothing is suggested. */
  readonly iommuOff: boolean;
}

/**
 * Settles the valid lines of all mappings for one node.
 * @param check what the node's Proxmox compares, and so what counts as wrong.
 */
export function settle(
  host: Host,
  mappings: readonly NodeMapping[],
  check: MappingCheck = CURRENT_CHECK,
): Settlement {
  const claims = claimsOf(mappings);
  const cards = cardsOf(claims, host);
  const decisions = judge(host, cards);
  const cardOf = new Map(cards.flatMap((card) => card.claims.map((claim) => [claim, card] as const)));
  const settled = new Set(
    decisions.values().flatMap((decision) => ("device" in decision ? [decision.device] : [])),
  );
  const byLine = Map.groupBy(claims, ({ line }) => line);
  const byName = new Map(mappings.map((mapping) => [mapping.name, mapping]));

  const placedOf = (line: MappingLine): readonly Placed[] =>
    (byLine.get(line) ?? []).map((claim) => ({
      claim,
      decision: decisionOf(claim, cardOf, decisions, host),
    }));
  const rewritingOf = (line: MappingLine): Rewriting => rewrite(line, placedOf(line));

  const iommuOff = isIommuOff(host);

  return {
    iommuOff,
    suggestionOf(name) {
      const mapping = byName.get(name);
      if (mapping === undefined || iommuOff) return null;
      const placed = mapping.lines.flatMap(placedOf);
      if (placed.every(({ decision }) => decision.kind === "home") && !isWrong(mapping, host, check))
        return null;
      const rewritings = mapping.lines.map(rewritingOf);
      if (rewritings.some(({ kind }) => kind === "unknown")) return null;
      return rewritings.flatMap((rewriting) =>
        rewriting.kind === "unknown" || rewriting.line === null ? [] : [rewriting.line],
      );
    },
    coverageOf(line) {
      const covered = placedOf(line).flatMap((placed) =>
        coverageOf(placed, cardOf.get(placed.claim), settled, host),
      );
      return [...new Map(covered.map((address) => [formatAddress(address), address])).values()];
    },
    isAmbiguous: (line) =>
      placedOf(line).some(({ claim, decision }) => {
        const card = cardOf.get(claim);
        return decision.kind === "unknown" && card !== undefined && bearerAt(host, card) === undefined;
      }),
    decisionsOf: (line) => placedOf(line).map(({ claim, decision }) => ({ path: claim.path, decision })),
    rewritingOf,
    unsettled:
      claims.some((claim) => !speaksOfCard(claim)) ||
      decisions.values().some(({ kind }) => kind === "moved" || kind === "unknown"),
  };
}

function decisionOf(
  claim: Claim,
  cards: ReadonlyMap<Claim, Card>,
  decisions: Decisions,
  host: Host,
): Decision {
  const card = cards.get(claim);
  const decision = card === undefined ? undefined : decisions.get(card);
  if (decision !== undefined) return decision;
  const there = claim.target === null ? undefined : functionAt(host, claim.target.address);
  return { kind: "unknown", reason: "unreadable", there: there ?? null, candidates: [] };
}

/** Whether Proxmox would report a problem with the lines of a mapping, apart from its flag for mediated devices. */
function isWrong({ name, mediatedDevices, lines }: NodeMapping, host: Host, check: MappingCheck): boolean {
  return lines
    .flatMap((line) => mappingProblems(name, mediatedDevices, line, host, check))
    .some(({ property }) => property !== "mediated_devices");
}

/** @param settled the devices of lines that are certain: no other line can mean them. */
function coverageOf(
  { claim, decision }: Placed,
  card: Card | undefined,
  settled: ReadonlySet<PciDevice>,
  host: Host,
): readonly (Address | Slot)[] {
  if (decision.kind === "left-out") return [];
  if (decision.kind === "moved") return [formed(claim, decision.device.address)];
  if (card === undefined || claim.target === null) return claim.line.addresses;
  if (bearerAt(host, card) !== undefined) return [claim.target.written];
  const alike = host.devices.filter((device) => bears(device, card) && !settled.has(device));
  if (alike.length > 0) return alike.map(({ address }) => formed(claim, address));
  const there = functionAt(host, card.address);
  return there !== undefined && there.vendor === card.id.slice(0, 4) ? [claim.target.written] : [];
}
