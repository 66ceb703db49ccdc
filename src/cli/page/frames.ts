/** Cards that IOMMU groups tie together: they cannot be given to different guests. */
import type { Frame, PageCard } from "./model.ts";

/** Every card is in one frame, alone or with those that share a group with it. Bridges tie nothing. */
export function framesOf(cards: readonly PageCard[]): readonly Frame[] {
  const byGroup = new Map<number, PageCard[]>();
  for (const card of cards) {
    for (const group of groupsOf(card)) {
      const there = byGroup.get(group);
      if (there === undefined) byGroup.set(group, [card]);
      else there.push(card);
    }
  }
  const placed = new Set<PageCard>();
  return cards.flatMap((card): Frame[] => {
    if (placed.has(card)) return [];
    const together = new Set([card]);
    // Iterating over a set also visits what is added meanwhile.
    for (const one of together) {
      for (const group of groupsOf(one)) for (const other of byGroup.get(group) ?? []) together.add(other);
    }
    for (const one of together) placed.add(one);
    const members = cards.filter((one) => together.has(one));
    const shared = [...new Set(members.flatMap((one) => [...groupsOf(one)]))]
      .filter((group) => (byGroup.get(group)?.length ?? 0) > 1)
      .sort((a, b) => a - b);
    return [{ shared, cards: members }];
  });
}

function groupsOf({ functions }: PageCard): ReadonlySet<number> {
  return new Set(functions.flatMap(({ group, bridge }) => (group === null || bridge ? [] : [group])));
}
