/** Who is measured: a provider with a configuration that reads every node of a cluster. */
import { providerAddress } from "../../src/provider-address.ts";
import { type ClusterSize, functionsOf, nodeNames } from "./cluster.ts";

export interface Contestant {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** What the provider's executable is called; others than ours come beside it. */
  readonly provider: "gpuhost" | "bpg";
  /** The configuration, with one output `devices`: how many came. */
  readonly configuration: (size: ClusterSize) => string;
  /** The devices that the configuration has to give, as `NODE ADDRESS`. */
  readonly expected: (size: ClusterSize) => readonly string[];
}

const OWN = `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
  }
}
provider "gpuhost" {}
`;

function own(name: string, title: string, argument: string, expected: Contestant["expected"]): Contestant {
  const read = `data "gpuhost_pci_devices" "all" {\n${argument}}\n`;
  const output = 'output "devices" { value = length(data.gpuhost_pci_devices.all.devices) }\n';
  return { name, title, provider: "gpuhost", configuration: () => `${OWN}${read}${output}`, expected };
}

/** The selection that the provider is for: graphics cards, of all nodes. */
export const gpus: Contestant = own("gpus", 'gpuhost, classes = ["gpu"]', '  classes = ["gpu"]\n', (size) =>
  addresses(size, "0x03"),
);

/** Every function of every node, with all that is made of it. */
export const everything: Contestant = own("everything", "gpuhost, everything", "", (size) =>
  addresses(size, ""),
);

/** bpg's provider, which reads one node for one instance of its data source, here without its default filter. */
export const bpg: Contestant = {
  name: "bpg",
  title: "bpg/proxmox, for_each over the nodes",
  provider: "bpg",
  configuration: (size) => `terraform {
  required_providers {
    proxmox = { source = "registry.opentofu.org/bpg/proxmox" }
  }
}
provider "proxmox" {}
data "proxmox_hardware_pci" "all" {
  for_each            = toset(${JSON.stringify(nodeNames(size))})
  node_name           = each.value
  pci_class_blacklist = []
}
output "devices" { value = sum([for node in data.proxmox_hardware_pci.all : length(node.devices)]) }
`,
  expected: (size) => addresses(size, ""),
};

function addresses(size: ClusterSize, classPrefix: string): readonly string[] {
  const ids = functionsOf(size.functions)
    .filter((device) => device.class.startsWith(classPrefix))
    .map(({ id }) => id);
  return nodeNames(size).flatMap((node) => ids.map((id) => `${node} ${id}`));
}
