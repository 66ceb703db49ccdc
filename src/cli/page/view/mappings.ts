/** The mappings that exist, and whether they fit the hardware. */
import { jsx as h, type JSXNode as Markup } from "hono/jsx";
import type { PageMapping, PageModel } from "../model.ts";
import type { State } from "../state.ts";
import { icon } from "./icons.ts";

export function mappings(all: PageModel["mappings"]): Markup {
  return h(
    "section",
    { class: "mappings", id: "mappings", "aria-label": "Mappings" },
    h("h2", null, "PCI mappings"),
    all !== null && all.length > 0
      ? h("ul", { class: "maps" }, ...all.map(mappingView))
      : h("p", null, none(all)),
  );
}

function none(all: PageModel["mappings"]): string {
  return all === null ? "They could not be read; a warning says why." : "There are none that may be seen.";
}

function mappingView({ name, comment, mediatedDevices, valid, nodes, hcl }: PageMapping): Markup {
  const state: State = valid ? "free" : "drifted";
  return h(
    "li",
    { class: "mapping" },
    h(
      "div",
      { class: "line" },
      h("h3", null, name),
      h("span", { class: "is" }, h("span", { class: `s-${state}` }, icon(state), valid ? "fits" : "drifted")),
    ),
    comment === null ? null : h("p", { class: "text" }, comment),
    mediatedDevices ? h("p", null, h("i", null, "mediated devices")) : null,
    h(
      "ul",
      { class: "where" },
      ...nodes.map(({ name: node, status, paths, problems }) =>
        h(
          "li",
          null,
          h("b", null, node),
          ` ${paths.join(", ")} `,
          h("em", null, status),
          ...problems.map((problem) => h("p", { class: "problem" }, problem)),
        ),
      ),
    ),
    h(
      "details",
      null,
      h("summary", null, "HCL"),
      h("pre", { tabindex: 0, "aria-label": `HCL of ${name}` }, hcl),
      h("button", { type: "button", class: "copy", "data-copy": "pre" }, icon("copy"), "Copy HCL"),
    ),
  );
}
