/** The page as markup. Texts from outside are only children and attributes, which the library escapes. */
import { jsx as h, type JSXNode as Markup } from "hono/jsx";
import type { PageModel } from "../model.ts";
import { cardsOf } from "./cards-of.ts";
import { icon } from "./icons.ts";
import { mappings } from "./mappings.ts";
import { nodeView } from "./node.ts";
import { toolbar } from "./toolbar.ts";

/** What stands between `<body>` and the data. */
export function body(model: PageModel): Markup[] {
  let number = 0;
  const nodes = model.nodes.map((node) => nodeView(node, () => number++));
  return [
    h("a", { class: "skip", href: "#nodes" }, "Skip to the nodes"),
    header(model),
    toolbar(model),
    h(
      "main",
      { id: "nodes", tabindex: -1 },
      warnings(model.warnings),
      ...nodes,
      h(
        "p",
        { class: "nothing", id: "nothing", hidden: true },
        "Nothing fits. Clear the search or the filters.",
      ),
      mappings(model.mappings),
    ),
    footer(model),
    h("aside", { id: "details", "aria-label": "Details", hidden: true }),
    h("div", { id: "tip", role: "tooltip", hidden: true }),
    h("p", { id: "said", class: "away", role: "status" }),
  ];
}

function header({ endpoint, proxmoxVersion, readAt, nodes }: PageModel): Markup {
  const cards = nodes.flatMap(cardsOf).filter(({ kind }) => kind !== "other").length;
  return h(
    "header",
    { class: "top" },
    h(
      "div",
      null,
      h("h1", null, "PCI devices of the cluster"),
      h("p", { class: "from" }, h("b", null, endpoint), ` Proxmox VE ${proxmoxVersion}`),
    ),
    h(
      "dl",
      { class: "sum" },
      fact("nodes", String(nodes.length)),
      fact("cards", String(cards)),
      fact("read", readAt),
    ),
  );
}

function fact(name: string, value: string): Markup {
  return h("div", null, h("dt", null, name), h("dd", null, value));
}

function warnings(all: PageModel["warnings"]): Markup | null {
  if (all.length === 0) return null;
  return h(
    "details",
    { class: "warnings" },
    h("summary", null, icon("not-isolated"), all.length === 1 ? "1 warning" : `${all.length} warnings`),
    ...all.map(({ summary, detail }) =>
      h("section", null, h("h3", null, summary), h("p", { class: "text" }, detail)),
    ),
  );
}

function footer({ version }: PageModel): Markup {
  return h(
    "footer",
    null,
    h(
      "p",
      { class: "keys" },
      h("kbd", null, "/"),
      " search ",
      h("kbd", null, "Tab"),
      " next node ",
      ...["←", "→", "↑", "↓"].map((key) => h("kbd", null, key)),
      " within a node ",
      h("kbd", null, "Enter"),
      " details ",
      h("kbd", null, "Esc"),
      " close",
    ),
    h(
      "p",
      null,
      `terraform-provider-gpuhost ${version}. This page is one file and asks the network for nothing.`,
    ),
    h("noscript", null, h("p", null, "Search, filters, details and copying need JavaScript.")),
  );
}
