/** One node: its slots with their cards, and the IOMMU groups around them. */
import { type Child, jsx as h, type JSXNode as Markup } from "hono/jsx";
import type { Frame, PageCard, PageFunction, PageNode } from "../model.ts";
import { shortName } from "../short-name.ts";
import { STATE_WORDS } from "../state.ts";
import { cardCount, cardsOf } from "./cards-of.ts";
import { icon } from "./icons.ts";

/** @param next numbers the cards across all nodes. */
export function nodeView(node: PageNode, next: () => number): Markup {
  const cards = cardsOf(node);
  const offline = node.reason !== null;
  return h(
    "section",
    { class: offline ? "node off" : "node", "data-node": node.name, "aria-label": `Node ${node.name}` },
    h(
      "div",
      { class: "head" },
      h("span", { class: offline ? "led off" : "led", "aria-hidden": "true" }),
      h("h2", null, node.name),
      h("span", { class: "fact" }, node.status),
      node.iommu === null
        ? null
        : h(
            "span",
            { class: node.iommu ? "fact" : "fact bad" },
            node.iommu ? null : icon("not-isolated"),
            node.iommu ? "IOMMU on" : "IOMMU off",
          ),
      h("span", { class: "fact" }, cardCount(cards)),
    ),
    offline ? h("p", { class: "reason" }, `Not read: ${node.reason}`) : null,
    cards.length === 0
      ? h(
          "p",
          { class: "empty" },
          offline ? "No mapping names a device of this node." : "Nothing selected on this node.",
        )
      : h("ul", { class: "slots" }, ...node.frames.map((frame) => frameView(frame, next))),
  );
}

function frameView({ shared, cards }: Frame, next: () => number): Markup {
  const [first] = cards;
  if (cards.length === 1 && first !== undefined) return cardView(first, next());
  const groups =
    shared.length === 1 ? `IOMMU group ${shared[0]} ties` : `IOMMU groups ${shared.join(", ")} tie`;
  return h(
    "li",
    { class: `frame w${Math.min(cards.length, 4)}` },
    h(
      "p",
      { class: "tied" },
      icon("chain"),
      `${groups} these ${cards.length} together: one guest takes all.`,
    ),
    h("ul", { class: "slots" }, ...cards.map((card) => cardView(card, next()))),
  );
}

function cardView(card: PageCard, number: number): Markup {
  const { states, path, id, mappings, users, kind } = card;
  const [state = "other"] = states;

  return h(
    "li",
    { class: `card s-${state} k-${kind}`, "data-c": number },
    h(
      "div",
      { class: "line" },
      h("button", { type: "button", class: "path" }, path),
      h(
        "span",
        { class: "is" },
        ...states.map((one) => h("span", { class: `s-${one}` }, icon(one), STATE_WORDS[one].word)),
      ),
    ),
    h(
      "p",
      { class: "name" },
      shortName(card) ?? (kind === "expected" ? "Named by a mapping alone" : "Of an unknown vendor"),
    ),
    h("p", { class: "ids" }, id, ...TAGS.flatMap(([holds, tag]) => (holds(card) ? [h("i", null, tag)] : []))),
    ...groupsView(card),
    users.length === 0 ? null : lines("use", "guest", users),
    mappings.length === 0 ? null : lines("map", "mapping", mappings),
  );
}

const TAGS: readonly (readonly [(card: PageCard) => boolean, string])[] = [
  [({ kind }) => kind === "vf", "virtual function"],
  [({ kind }) => kind === "pf", "live virtual functions"],
  [({ mdev }) => mdev, "mediated devices"],
];

/** How many lines of a card are shown; the rest is in its details. */
const SHOWN = 3;

function lines(kind: string, glyph: "guest" | "mapping", texts: readonly string[]): Markup {
  const more = texts.length - SHOWN;
  return h(
    "p",
    { class: kind },
    icon(glyph),
    texts.slice(0, SHOWN).join(" · "),
    more > 0 ? ` and ${more} more` : null,
  );
}

/** The groups of a card as boxes, with its own functions and the others in them. */
function groupsView({ functions, peers }: PageCard): readonly Markup[] {
  const numbered = functions.map((one, index) => ({ one, index, peer: false }));
  const others = peers.map((one, index) => ({ one, index, peer: true }));
  const groups = Map.groupBy([...numbered, ...others], ({ one }) => one.group);
  return [...groups].map(([group, members]) =>
    h(
      "div",
      { class: group === null ? "group none" : "group" },
      h("span", { class: "label" }, group === null ? "no group" : `group ${group}`),
      ...members.map(({ one, index, peer }) => chip(one, index, peer)),
    ),
  );
}

function chip(one: PageFunction, index: number, peer: boolean): Markup {
  const children: Child[] = peer
    ? [icon("peer"), h("b", null, one.path), ` ${one.kind}`]
    : [h("b", null, one.path.slice(one.path.lastIndexOf("."))), ` ${one.kind}`];
  return h(
    "button",
    peer
      ? { type: "button", class: "chip peer", "data-p": index }
      : { type: "button", class: "chip", "data-f": index },
    ...children,
  );
}
