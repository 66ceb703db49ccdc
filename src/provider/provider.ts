/** The provider `gpuhost`: its configuration, data sources and functions. */
import { type Provider, provider } from "../framework/provider.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { attributes } from "./attributes.ts";
import { BUG_REPORTS } from "./bug-reports.ts";
import { createClient, type Surroundings, validateConfiguration } from "./configuration.ts";
import { dataSources } from "./data-sources.ts";
import { assignFunction } from "./functions/assign.ts";
import { hostpciFunction } from "./functions/hostpci.ts";
import { mappingNameFunction } from "./functions/mapping-name.ts";
import { parseLspciFunction } from "./functions/parse-lspci.ts";
import { pathFunction } from "./functions/path.ts";

export function createProvider(surroundings: Surroundings): Provider<typeof attributes, ProxmoxClient> {
  return provider({
    name: "gpuhost",
    description:
      "Reads the PCI devices of Proxmox VE hosts, so that GPUs can be passed through to virtual machines without " +
      "copying numbers by hand.",
    bugReports: BUG_REPORTS,
    attributes,
    validate: validateConfiguration,
    configure: (configuration, { logger }) => createClient(configuration, surroundings, logger),
    release: (client) => client.close(),
    dataSources,
    functions: [assignFunction, hostpciFunction, mappingNameFunction, parseLspciFunction, pathFunction],
  });
}
