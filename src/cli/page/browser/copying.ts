/** Part of the script of the page. Its text goes into the page as it is, so it uses nothing from outside but types. */
import type { Page } from "./page.ts";

/** Copies what a button offers. */
export function offerCopies({ byId, make }: Page): void {
  const said = byId("said");
  const copied = async (text: string): Promise<boolean> => {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      // For pages over plain HTTP, and older browsers.
      const area = make("textarea", "away");
      area.value = text;
      document.body.append(area);
      const before = document.activeElement as HTMLElement | null;
      area.select();
      const done = document.execCommand("copy");
      area.remove();
      before?.focus();
      return done;
    }
  };
  const copy = async (button: HTMLElement): Promise<void> => {
    const text = button.dataset["text"] ?? button.parentElement?.querySelector("pre")?.textContent ?? "";
    const done = await copied(text);
    const what = text.includes("\n") ? "HCL" : text;
    said.textContent = done
      ? `Copied ${what}`
      : "The browser does not let this page copy. Select the text instead.";
    button.querySelector("use")?.setAttribute("href", done ? "#i-done" : "#i-not-isolated");
    setTimeout(() => button.querySelector("use")?.setAttribute("href", "#i-copy"), 1500);
  };
  document.addEventListener("click", ({ target }) => {
    const button = target instanceof Element ? target.closest<HTMLElement>(".copy") : null;
    if (button !== null) void copy(button);
  });
}
