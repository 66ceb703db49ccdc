/** Part of the script of the page. Its text goes into the page as it is, so it uses nothing from outside but types. */
import type { Page } from "./page.ts";

/**
 * Shows the ids of the card or function under the pointer or with the focus. @returns hides them; true if they were
 * shown.
 */
export function glanceAt({ byId, textAt, cardOf, functionOf, buttonOf, make }: Page): () => boolean {
  const tip = byId("tip");
  let leaving: ReturnType<typeof setTimeout> | undefined;
  let tipped: HTMLElement | null = null;
  const hide = (): boolean => {
    const shown = !tip.hidden;
    tipped?.removeAttribute("aria-describedby");
    tipped = null;
    tip.hidden = true;
    return shown;
  };
  const glance = (element: HTMLElement): void => {
    clearTimeout(leaving);
    if (tipped === element) return;
    hide();
    const card = cardOf(element);
    if (card === undefined) return;
    const one = functionOf(element);
    const rows: [string, string | number | null | undefined][] =
      one === undefined
        ? [
            ["id", card.id],
            ["subsystem", card.subsystem],
            ["mapping", card.mappings?.join(", ") ?? card.mapping],
          ]
        : [
            ["id", one[1]],
            ["subsystem", one[2]],
            ["IOMMU group", one[3] ?? "none"],
          ];
    tip.replaceChildren(
      make("b", "", one?.[0] ?? card.path),
      ...rows
        .filter(([, value]) => value !== null && value !== undefined)
        .map(([name, value]) =>
          make("div", "", make("span", "", `${name}: `), make("span", "", String(value))),
        ),
      make("div", "", textAt(one === undefined ? card.name : one[5])),
    );
    tip.hidden = false;
    const [box, own] = [element.getBoundingClientRect(), tip.getBoundingClientRect()];
    const below = box.bottom + own.height + 4 < innerHeight;
    tip.style.top = `${Math.max(4, below ? box.bottom + 2 : box.top - own.height - 2)}px`;
    tip.style.left = `${Math.max(4, Math.min(box.left, innerWidth - own.width - 12))}px`;
    element.setAttribute("aria-describedby", "tip");
    tipped = element;
  };
  const leave = (): void => {
    clearTimeout(leaving);
    leaving = setTimeout(hide, 150);
  };
  document.addEventListener("pointerover", ({ target, pointerType }) => {
    const element = buttonOf(target);
    if (element !== null && pointerType !== "touch") glance(element);
    else if (tip.contains(target as Node)) clearTimeout(leaving);
    else if (tipped !== null && tipped !== document.activeElement) leave();
  });
  document.addEventListener("focusin", ({ target }) => {
    const element = buttonOf(target);
    if (element?.matches(":focus-visible")) glance(element);
    else hide();
  });
  document.addEventListener("scroll", hide, { passive: true });
  return hide;
}
