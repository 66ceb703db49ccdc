/** Small drawings, each defined once. Every state has its own shape, so that it can be told without its colour. */
import { jsx as h, type JSXNode as Markup } from "hono/jsx";
import type { State } from "../state.ts";

export type Icon = State | "search" | "copy" | "guest" | "mapping" | "chain" | "peer" | "done";

/** Paths in a square of 16, drawn with a line of 1.75. A path that begins with `!` is filled. */
const SHAPES: Readonly<Record<Icon, string>> = {
  free: "M8 2.5a5.5 5.5 0 1 0 0 11a5.5 5.5 0 0 0 0-11z",
  used: "!M8 1.75a6.25 6.25 0 1 0 0 12.5a6.25 6.25 0 0 0 0-12.5zM6.2 4.6v6.8l5.6-3.4z",
  "not-isolated": "M8 2L14.5 13.5h-13zM8 6.5v3M8 11.4v.3",
  drifted: "M2 5.5h10M9.5 2.5l3 3l-3 3M14 10.5H4M6.5 7.5l-3 3l3 3",
  offline: "M4.7 4a5.2 5.2 0 1 0 6.6 0M8 1.75v5.5",
  unknown: "M5.2 5.6a2.9 2.9 0 1 1 4.2 2.7c-.9.5-1.4 1-1.4 2M8 13v.3",
  other: "M3 8h10",
  search: "M7 2.5a4.5 4.5 0 1 0 0 9a4.5 4.5 0 0 0 0-9zM10.5 10.5l3.5 3.5",
  copy: "M5.5 5.5h8v8h-8zM10.5 5.5v-3h-8v8h3",
  guest: "M1.75 2.75h12.5v8H1.75zM5 13.75h6",
  mapping: "M2 8h11M9.5 4.5L13 8l-3.5 3.5",
  chain: "M6.5 9.5l3-3M7 5l1.8-1.8a2.8 2.8 0 0 1 4 4L11 9M9 11l-1.8 1.8a2.8 2.8 0 0 1-4-4L5 7",
  done: "M3 8.5l3.5 3.5L13 4.5",
  peer: "M8 3.5v9M3.5 8h9",
};

/** A drawing without a text of its own: a word stands beside it. */
export function icon(name: Icon): Markup {
  return h("svg", { class: "i", "aria-hidden": "true" }, h("use", { href: `#i-${name}` }));
}

/** All icons, defined once for the page. */
export function iconSheet(): Markup {
  return h(
    "svg",
    { class: "sheet", "aria-hidden": "true" },
    ...Object.entries(SHAPES).map(([name, shape]) =>
      h(
        "symbol",
        { id: `i-${name}`, viewBox: "0 0 16 16" },
        shape.startsWith("!")
          ? h("path", { d: shape.slice(1), fill: "currentColor", "fill-rule": "evenodd" })
          : h("path", { d: shape }),
      ),
    ),
  );
}
