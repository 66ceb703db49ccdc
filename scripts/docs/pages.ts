/** Every page that follows from the provider's own descriptions. Guides are written by hand. */
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { projectVersion } from "../project.ts";
import { dataSourcePage } from "./data-source-page.ts";
import { functionPage } from "./function-page.ts";
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
