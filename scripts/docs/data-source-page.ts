/** The page of a data source. */
import type { Attributes } from "../../src/framework/attribute.ts";
import { exampleBlock, type Page, page } from "./page.ts";
import { schemaSection } from "./schema-section.ts";

/** What a page needs to know of a data source. */
export interface DocumentedDataSource {
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
}

/** What else is shown of a data source, in the words of the page. */
const FURTHER_EXAMPLES: ReadonlyMap<string, readonly string[]> = new Map([
  [
    "pci_devices",
    [
      "### With bpg/proxmox",
      "`map` of `proxmox_hardware_mapping_pci` takes units, devices and the `map` of mappings and pools as they are:",
      exampleBlock("mappings/main.tf"),
      "A VM then takes its mappings by name, here with the function [hostpci](../functions/hostpci.md):",
      exampleBlock("vm/main.tf"),
    ],
  ],
]);

/** The page of one data source: description, examples, schema. */
export function dataSourcePage(
  provider: string,
  { name, description, attributes }: DocumentedDataSource,
): Page {
  const type = `${provider}_${name}`;
  return page({
    path: `docs/data-sources/${name}.md`,
    title: `${type} Data Source - ${provider}`,
    summary: description,
    paragraphs: [
      `# ${type} (Data Source)`,
      description,
      "## Example Usage",
      exampleBlock(`data-sources/${type}/data-source.tf`),
      ...(FURTHER_EXAMPLES.get(name) ?? []),
      ...schemaSection(attributes),
    ],
  });
}
