/** The page of the provider itself. */
import type { Attributes } from "../../src/framework/attribute.ts";
import { exampleBlock, type Page, page } from "./page.ts";
import { schemaSection } from "./schema-section.ts";

/** What a page needs to know of a provider. */
export interface DocumentedProvider {
  readonly name: string;
  readonly description: string;
  readonly attributes: Attributes;
}

const CONFIGURATION =
  "An argument beats its environment variable, and an empty variable counts as not set. Either of `endpoint` and " +
  "`endpoints` beats the variables of both, and `GPUHOST_ENDPOINTS` beats `PROXMOX_VE_ENDPOINT`. Names, precedence and " +
  "defaults are those of [bpg/proxmox](https://registry.terraform.io/providers/bpg/proxmox/latest/docs) where it has the " +
  "same: of several ways to sign in the API token wins, then the ticket, then the password. " +
  "[A token with least rights](guides/token.md) says which rights it needs.";

const TRUST =
  "Certificates are checked against the authorities of the system (`SSL_CERT_FILE` applies) and those that come " +
  "with Node. `ca_file` and `ca_pem` replace them, and `fingerprints` does without. `HTTPS_PROXY` and `NO_PROXY` " +
  "are honoured.";

/** The page that a registry opens with. */
export function providerPage({ name, description, attributes }: DocumentedProvider): Page {
  return page({
    path: "docs/index.md",
    title: `${name} Provider`,
    summary: description,
    paragraphs: [
      `# ${name} Provider`,
      description,
      "## Example Usage",
      exampleBlock("provider/provider.tf"),
      "## Configuration",
      CONFIGURATION,
      TRUST,
      ...schemaSection(attributes),
    ],
  });
}
