/** The provider `gpuhost`: what it is configured with, what it reads, and its functions. */
import { known } from "../framework/configuration.ts";
import { type Provider, provider } from "../framework/provider.ts";
import { readAuthorityFile } from "../proxmox/authorities.ts";
import { ProxmoxClient } from "../proxmox/client.ts";
import { tokenCredentials } from "../proxmox/credentials.ts";
import { parseEndpoint } from "../proxmox/endpoint.ts";
import type { Environment } from "../proxmox/environment.ts";
import type { SecretRegistry } from "../proxmox/secrets.ts";
import { userAgent } from "../proxmox/user-agent.ts";
import { attributes } from "./attributes.ts";
import { BUG_REPORTS } from "./bug-reports.ts";
import { pciDevices } from "./data-sources/pci-devices.ts";
import { hostpciFunction } from "./functions/hostpci.ts";
import { mappingNameFunction } from "./functions/mapping-name.ts";
import { pathFunction } from "./functions/path.ts";

/** What the provider needs of the process that it runs in. */
export interface Surroundings {
  readonly version: string;
  readonly environment: Environment;
  /** Is told every secret, so that none appears in a message or a log. */
  readonly secrets: SecretRegistry;
}

export function createProvider({
  version,
  environment,
  secrets,
}: Surroundings): Provider<typeof attributes, ProxmoxClient> {
  return provider({
    name: "gpuhost",
    description:
      "Reads the PCI devices of Proxmox VE hosts, so that GPUs can be passed through to virtual machines without " +
      "copying numbers by hand.",
    bugReports: BUG_REPORTS,
    attributes,
    async configure(configuration, { logger }) {
      const settings = known(configuration);
      return new ProxmoxClient({
        endpoints: [parseEndpoint(settings.endpoint ?? environment["PROXMOX_VE_ENDPOINT"] ?? "")],
        credentials: tokenCredentials(settings.api_token ?? environment["PROXMOX_VE_API_TOKEN"] ?? ""),
        tls: {
          minVersion: "1.3",
          insecure: settings.insecure ?? false,
          fingerprints: settings.fingerprints ?? [],
          authorities:
            settings.ca_pem !== null
              ? [settings.ca_pem]
              : settings.ca_file === null
                ? null
                : await readAuthorityFile(settings.ca_file),
        },
        timeoutSeconds: settings.timeout ?? 30,
        maxRetries: settings.max_retries ?? 3,
        userAgent: userAgent(version, environment),
        environment,
        secrets,
        log: (level, message, fields) => logger[level](message, fields),
      });
    },
    dataSources: [pciDevices],
    functions: [hostpciFunction, mappingNameFunction, pathFunction],
  });
}
