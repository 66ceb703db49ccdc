/** Part of the script of the page. Its text goes into the page as it is, so it uses nothing from outside but types. */

/**
 * Makes every node one stop of the tab key. Inside a node, arrows move the focus.
 * @returns sets the stops anew when other cards are shown.
 */
export function rove(): () => void {
  const nodes = [...document.querySelectorAll<HTMLElement>(".node")];
  const heads = "[data-c]:not([hidden]) > .line > .path";
  const setStop = (node: Element, to: HTMLElement | null): void => {
    for (const one of node.querySelectorAll<HTMLElement>('.slots button[tabindex="0"]')) one.tabIndex = -1;
    if (to !== null) to.tabIndex = 0;
  };
  const setStops = (): void => {
    for (const node of nodes) setStop(node, node.querySelector(heads));
  };
  const step = (from: HTMLElement, key: string): HTMLElement | null | undefined => {
    const node = from.closest(".node");
    const all = [...(node?.querySelectorAll<HTMLElement>(`${heads}, [data-c]:not([hidden]) .chip`) ?? [])];
    const cards = [...(node?.querySelectorAll<HTMLElement>(heads) ?? [])];
    const head = from.closest("[data-c]")?.querySelector<HTMLElement>(".path") ?? from;
    switch (key) {
      case "ArrowRight":
        return all[all.indexOf(from) + 1];
      case "ArrowLeft":
        return all[all.indexOf(from) - 1];
      case "ArrowDown":
        return cards[cards.indexOf(head) + 1];
      case "ArrowUp":
        return head === from ? cards[cards.indexOf(head) - 1] : head;
      case "Home":
        return all[0];
      case "End":
        return all.at(-1);
      default:
        return null;
    }
  };
  document.addEventListener("focusin", ({ target }) => {
    if (!(target instanceof HTMLElement) || !target.matches(".slots button")) return;
    const node = target.closest(".node");
    if (node !== null) setStop(node, target);
  });
  document.addEventListener("keydown", (event) => {
    const { key, target } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.shiftKey) return;
    if (!(target instanceof HTMLElement) || !target.matches(".slots button")) return;
    const next = step(target, key);
    if (next === null) return;
    // At the end of a node an arrow must not scroll the page.
    event.preventDefault();
    next?.focus();
  });
  for (const button of document.querySelectorAll<HTMLElement>(".slots button")) button.tabIndex = -1;
  setStops();
  return setStops;
}
