/** Every page that follows from the provider's own descriptions. Guides are written by hand. */
import { globSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { projectVersion } from "../project.ts";
import { dataSourcePage } from "./data-source-page.ts";
import { functionPage } from "./function-page.ts";
import { schemaPages } from "./json-schemas.ts";
import type { Page } from "./page.ts";
import { providerPage } from "./provider-page.ts";

/** Makes every page. @throws {Error} when an example is missing that a page has to show */
export function generatePages(): Page[] {
  const provider = createProvider({ version: projectVersion(), environment: {}, secrets: new Secrets() });
  return [
    providerPage(provider),
    ...provider.dataSources.map((dataSource) => dataSourcePage(provider.name, dataSource)),
    ...provider.functions.map((definition) => functionPage(provider.name, definition)),
  ];
}

/** Every file that follows from what the program says of itself: the pages, and the schemas of what it prints. */
export function generateFiles(): Page[] {
  return [...generatePages(), ...schemaPages()];
}

/** Paths of the pages below `root` that are not what `generateFiles` makes, are missing, or are of nothing any more. */
export function outdatedPages(root: string): string[] {
  const pages = generateFiles();
  const made = new Set(pages.map(({ path }) => path));
  const left = globSync("docs/{data-sources,functions}/*.md", { cwd: root }).map((path) =>
    path.split(sep).join("/"),
  );
  return [
    ...pages.filter(({ path, text }) => textAt(join(root, path)) !== text).map(({ path }) => path),
    ...left.filter((path) => !made.has(path)),
  ].toSorted();
}

function textAt(file: string): string | null {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return null;
  }
}
