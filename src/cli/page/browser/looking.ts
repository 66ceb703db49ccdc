/** Part of the script of the page. Its text goes into the page as it is, so it uses nothing from outside but types. */
import type { FunctionData } from "../data.ts";
import type { Page } from "./page.ts";

/** Shows everything that is known of a card. @param hide hides the ids; true if they were shown. */
export function lookCloser(page: Page, hide: () => boolean): void {
  const { data, byId, textAt, cardOf, functionOf, buttonOf, make, drawing } = page;
  const details = byId("details");
  const copier = (label: string, text: string, shown: string): HTMLElement => {
    const button = make("button", "copy", drawing("copy"), make("code", "", shown));
    button.type = "button";
    button.dataset["text"] = text;
    button.setAttribute("aria-label", `Copy ${label}${shown === text ? ` ${text}` : ""}`);
    return button;
  };
  const functionRow = (one: FunctionData, here: boolean): HTMLElement => {
    const [path, id, subsystem, group, kind, name] = one;
    const copies = make("div", "copies", copier("address", path, path), copier("id", id, id));
    if (subsystem !== null) copies.append(copier("subsystem id", subsystem, subsystem));
    const where = group === null ? "in no IOMMU group" : `IOMMU group ${group}`;
    return make(
      "li",
      here ? "fn here" : "fn",
      make("p", "", `${kind}, ${where}`),
      make("div", "", textAt(name)),
      copies,
    );
  };
  let opener: HTMLElement | null = null;
  const open = (element: HTMLElement): void => {
    const card = cardOf(element);
    if (card === undefined) return;
    const chosen = functionOf(element);
    const title = make("h2", "", card.short === undefined ? card.path : textAt(card.short));
    title.tabIndex = -1;
    const shut = make("button", "close", "✕");
    shut.type = "button";
    shut.setAttribute("aria-label", "Close details");
    const copies = make("div", "copies", copier("address", card.path, card.path));
    if (card.id !== undefined) copies.append(copier("id", card.id, card.id));
    if (card.subsystem !== undefined) copies.append(copier("subsystem id", card.subsystem, card.subsystem));
    const list = (heading: string, items: readonly HTMLElement[]): readonly HTMLElement[] =>
      items.length === 0 ? [] : [make("h3", "", heading), make("ul", "", ...items)];
    const states = card.states.map((state) => {
      const { word, meaning } = data.words[state];
      return make(
        "li",
        `state s-${state}`,
        drawing(state),
        make("span", "", make("b", "", word), `: ${meaning}`),
      );
    });
    const rows = (functions: readonly FunctionData[] | undefined): readonly HTMLElement[] =>
      (functions ?? []).map((one) => functionRow(one, one === chosen));
    const hcl: HTMLElement[] = [];
    if (card.hcl !== undefined) {
      const text = make("pre", "", textAt(card.hcl));
      text.tabIndex = 0;
      text.setAttribute("role", "region");
      text.setAttribute("aria-label", "HCL of its mapping");
      hcl.push(make("h3", "", "HCL for bpg/proxmox"), copier("HCL", textAt(card.hcl), "Copy HCL"), text);
    }
    details.replaceChildren(
      shut,
      title,
      make("p", "from", card.name === card.short ? card.node : `${card.node} · ${textAt(card.name)}`),
      copies,
      ...list("State", states),
      ...list(
        "To know",
        (card.notes ?? []).map((note) => make("li", "note", note)),
      ),
      ...list(
        "Guests",
        (card.users ?? []).map((user) => make("li", "", user)),
      ),
      ...list(
        "Mappings",
        (card.mappings ?? []).map((mapping) => make("li", "", copier("name", mapping, mapping))),
      ),
      ...hcl,
      ...list("Functions", rows(card.functions)),
      ...list("Also in its IOMMU groups", rows(card.peers)),
    );
    document.querySelector(".card.open")?.classList.remove("open");
    element.closest(".card")?.classList.add("open");
    hide();
    opener = element;
    details.hidden = false;
    document.body.classList.add("looking");
    details.scrollTop = 0;
    title.focus({ preventScroll: true });
    details.querySelector(".here")?.scrollIntoView({ block: "nearest" });
  };
  const close = (): void => {
    if (details.hidden) return;
    details.hidden = true;
    document.body.classList.remove("looking");
    document.querySelector(".card.open")?.classList.remove("open");
    opener?.focus();
  };
  document.addEventListener("click", ({ target }) => {
    const button = buttonOf(target);
    if (button !== null) open(button);
    else if (target instanceof Element && target.closest(".close") !== null) close();
  });
  document.addEventListener("keydown", ({ key }) => {
    if (key !== "Escape") return;
    const hidden = hide();
    // When ids were shown above the details, this key press only hides the ids.
    if (!hidden || details.contains(document.activeElement)) close();
  });
}
