/** Search and filters. */
import { jsx as h, type JSXNode as Markup } from "hono/jsx";
import type { PageModel } from "../model.ts";
import { STATE_WORDS, STATES, type State } from "../state.ts";
import { cardsOf } from "./cards-of.ts";
import { icon } from "./icons.ts";

export function toolbar({ nodes }: PageModel): Markup {
  const cards = nodes.flatMap(cardsOf);
  const counts = new Map(
    STATES.map((state) => [state, cards.filter(({ states }) => states.includes(state)).length]),
  );
  const kinds = [...new Set(cards.flatMap(({ functions }) => functions.map(({ kind }) => kind)))].sort();
  const names = nodes.map(({ name }) => name);
  return h(
    "form",
    { class: "bar", id: "bar", role: "search", "aria-label": "Cards" },
    h(
      "div",
      { class: "find" },
      h(
        "label",
        { class: "search" },
        icon("search"),
        h("span", { class: "away" }, "Search"),
        h("input", {
          type: "search",
          id: "query",
          placeholder: "Name, address, id, guest, mapping",
          autocomplete: "off",
          spellcheck: false,
          "aria-keyshortcuts": "/",
        }),
        h("kbd", { "aria-hidden": "true" }, "/"),
      ),
      names.length > 1 ? choice("node", "Node", "All nodes", names) : null,
      kinds.length > 1 ? choice("kind", "Kind", "All kinds", kinds) : null,
      h("button", { type: "reset", id: "clear", hidden: true }, "Clear"),
      h("output", { id: "count", for: "query" }, `${cards.length} in all`),
    ),
    h(
      "fieldset",
      { class: "states" },
      h("legend", { class: "away" }, "Only cards that are"),
      ...STATES.filter((state) => (counts.get(state) ?? 0) > 0 || ALWAYS.has(state)).map((state) =>
        h(
          "label",
          { class: `pill s-${state}`, title: STATE_WORDS[state].meaning },
          h("input", { type: "checkbox", name: "state", value: state }),
          icon(state),
          h("span", null, STATE_WORDS[state].word),
          h("b", null, state === "offline" ? offlineCount(nodes) : String(counts.get(state) ?? 0)),
        ),
      ),
    ),
  );
}

/** Shown even when no card has the state: that there is none is worth knowing. */
const ALWAYS: ReadonlySet<State> = new Set(["free", "used", "not-isolated", "drifted", "offline"]);

/** Counts nodes, since only mappings tell of their cards, if anything does. */
function offlineCount(nodes: PageModel["nodes"]): string {
  const count = nodes.filter(({ reason }) => reason !== null).length;
  return count === 1 ? "1 node" : `${count} nodes`;
}

function choice(id: string, label: string, all: string, values: readonly string[]): Markup {
  return h(
    "label",
    { class: "choice" },
    h("span", { class: "away" }, label),
    h(
      "select",
      { id },
      h("option", { value: "" }, all),
      ...values.map((value) => h("option", { value }, value)),
    ),
  );
}
