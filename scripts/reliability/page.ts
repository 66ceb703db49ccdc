/** docs/reliability.md: prose written by hand, with figures between marks that the commands write. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Machine } from "../bench/machine.ts";
import { projectRoot } from "../project.ts";

/** Where the page lies. */
export const reliabilityPage: string = join(projectRoot, "docs", "reliability.md");

/** Puts a text between the marks of a section. @throws {Error} when the page has no such marks */
export function withSection(page: string, section: string, text: string): string {
  const [begin, end] = [`<!-- begin ${section} -->`, `<!-- end ${section} -->`];
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error(`docs/reliability.md has no marks "${begin}" and "${end}".`);
  return `${page.slice(0, from + begin.length)}\n${text.trim()}\n${page.slice(to)}`;
}

/** Writes a section of the page. */
export function writeSection(section: string, text: string): void {
  writeFileSync(reliabilityPage, withSection(readFileSync(reliabilityPage, "utf8"), section, text));
}

/** When and where something was tested, as a sentence without its full stop. */
export function conditionsOf(
  { date, versions, processor, processors, kernel }: Machine,
  seeds?: number,
): string {
  const how = seeds === undefined ? "" : ` with ${seeds} seeds a kind`;
  return `${date}${how}, gpuhost ${versions.gpuhost} with Node ${versions.node}, on ${processors} × ${processor}, Linux ${kernel}`;
}
