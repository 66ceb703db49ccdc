/// <reference lib="dom" />
/// <reference lib="dom.iterable" />
/** What the parts of the page's script have in common. */
import type { CardData, FunctionData, PageData } from "../data.ts";

/** Finds elements of the page, and makes new ones. */
export type Page = ReturnType<typeof findPage>;

/** The text of the function goes into the page, so it uses nothing from outside but types. */
export function findPage() {
  const byId = (id: string): HTMLElement => document.getElementById(id) as HTMLElement;
  const data = JSON.parse(byId("data").textContent ?? "") as PageData;
  const textAt = (number: number | null | undefined): string =>
    number === null || number === undefined ? "" : (data.texts[number] ?? "");
  const cardOf = (element: Element): CardData | undefined =>
    data.cards[Number(element.closest<HTMLElement>("[data-c]")?.dataset["c"] ?? -1)];
  const functionOf = (element: HTMLElement): FunctionData | undefined => {
    const { f, p } = element.dataset;
    const card = cardOf(element);
    return f === undefined ? card?.peers?.[Number(p ?? -1)] : card?.functions[Number(f)];
  };
  /** The button of a card or function that contains the target of an event. */
  const buttonOf = (target: EventTarget | null): HTMLElement | null =>
    target instanceof Element ? target.closest<HTMLElement>(".slots .path, .slots .chip") : null;
  const make = <K extends keyof HTMLElementTagNameMap>(
    tag: K,
    className: string,
    ...children: readonly (Node | string)[]
  ): HTMLElementTagNameMap[K] => {
    const element = document.createElement(tag);
    if (className !== "") element.className = className;
    element.append(...children);
    return element;
  };
  const drawing = (name: string): SVGSVGElement => {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "i");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `#i-${name}`);
    svg.append(use);
    return svg;
  };
  return { data, byId, textAt, cardOf, functionOf, buttonOf, make, drawing };
}
