/** The cards of a node, and how many there are. */
import type { PageCard, PageNode } from "../model.ts";

export function cardsOf({ frames }: PageNode): readonly PageCard[] {
  return frames.flatMap(({ cards }) => cards);
}

/** `3 cards, 9 other devices` */
export function cardCount(all: readonly PageCard[]): string {
  const others = all.filter(({ kind }) => kind === "other").length;
  const cards = all.length - others;
  return [
    ...(cards > 0 || others === 0 ? [counted(cards, "card")] : []),
    ...(others > 0 ? [counted(others, "other device")] : []),
  ].join(", ");
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
