/** Part of the script of the page. Its text goes into the page as it is, so it uses nothing from outside but types. */
import type { CardData } from "../data.ts";
import type { Page } from "./page.ts";

/** Shows the cards that fit the search and the filters. @param onChange is called when others are shown. */
export function search({ data, byId, textAt }: Page, onChange: () => void): void {
  const bar = byId("bar") as HTMLFormElement;
  const query = byId("query") as HTMLInputElement;
  const nodes = [...document.querySelectorAll<HTMLElement>(".node")];
  const cards = [...document.querySelectorAll<HTMLElement>("[data-c]")];
  let texts: readonly string[] | null = null;
  const textOf = (card: CardData): string => {
    const functions = [...card.functions, ...(card.peers ?? [])].flatMap(
      ([path, id, subsystem, group, kind, name]) => [
        path,
        id,
        subsystem,
        `group ${group}`,
        kind,
        textAt(name),
      ],
    );
    const own = [card.node, card.path, textAt(card.name), card.id, card.subsystem, card.mapping];
    const words = card.states.map((state) => data.words[state].word);
    return [...own, ...words, ...functions, ...(card.mappings ?? []), ...(card.users ?? [])]
      .join("\n")
      .toLowerCase();
  };
  const chosen = (id: string): string =>
    (document.getElementById(id) as HTMLSelectElement | null)?.value ?? "";
  const apply = (): void => {
    const terms = query.value
      .toLowerCase()
      .split(/\s+/)
      .filter((term) => term !== "");
    if (terms.length > 0) texts ??= data.cards.map(textOf);
    const [node, kind] = [chosen("node"), chosen("kind")];
    const states = [...bar.querySelectorAll<HTMLInputElement>("[name=state]:checked")].map(
      ({ value }) => value,
    );
    const fits = (card: CardData, index: number): boolean =>
      (node === "" || card.node === node) &&
      (kind === "" || card.functions.some((one) => one[4] === kind)) &&
      (states.length === 0 || card.states.some((state) => states.includes(state))) &&
      terms.every((term) => texts?.[index]?.includes(term));
    // A node that did not answer may have no cards to show, but a search can still find it.
    const fitsItself = ({ classList, dataset }: HTMLElement): boolean =>
      classList.contains("off") &&
      kind === "" &&
      (node === "" || dataset["node"] === node) &&
      (states.length === 0 || states.includes("offline")) &&
      terms.every((term) => dataset["node"]?.toLowerCase().includes(term));
    let count = 0;
    cards.forEach((element, index) => {
      const card = data.cards[index];
      const shown = card !== undefined && fits(card, index);
      if (element.hidden === shown) element.hidden = !shown;
      if (shown) count += 1;
    });
    const filtered = terms.length > 0 || node !== "" || kind !== "" || states.length > 0;
    for (const frame of document.querySelectorAll<HTMLElement>(".frame")) {
      frame.hidden = frame.querySelector("[data-c]:not([hidden])") === null;
    }
    for (const section of nodes) {
      section.hidden =
        filtered && section.querySelector("[data-c]:not([hidden])") === null && !fitsItself(section);
    }
    byId("nothing").hidden = nodes.some((section) => !section.hidden);
    byId("clear").hidden = !filtered;
    byId("mappings").hidden = node !== "" || kind !== "" || states.length > 0;
    onChange();
    byId("count").textContent = filtered ? `${count} of ${cards.length}` : `${cards.length} in all`;
  };
  let waiting: ReturnType<typeof setTimeout> | undefined;
  bar.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(apply, 60);
  });
  bar.addEventListener("reset", () => setTimeout(apply));
  bar.addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target instanceof Element && target.matches("input, select, textarea")) return;
    event.preventDefault();
    query.focus();
    query.select();
  });
  // After a reload, browsers may keep what was typed before.
  apply();
}
