/** What is measured: a provider with a configuration that reads every node of a cluster. */
import { providerAddress } from "../../src/provider-address.ts";
import { isJsonObject, type JsonObject } from "../../test/support/pve/json.ts";
import { type ClusterSize, hardwareOf, nodeNames, type RawFunction } from "./cluster.ts";

export interface Contestant {
  readonly name: string;
  /** For people. */
  readonly title: string;
  /** The name of the provider's executable; other providers are measured beside ours. */
  readonly provider: "gpuhost" | "bpg";
  /** The configuration, with one output `count`: the number of results. */
  readonly configuration: (size: ClusterSize) => string;
  /** The expected results, as `NODE ADDRESS`. */
  readonly expected: (size: ClusterSize) => readonly string[];
  /** The results of one data source in a plan, from its values in JSON. */
  readonly found: (values: JsonObject) => readonly string[];
}

const OWN = `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
  }
}
provider "gpuhost" {}
`;

function own(
  who: Pick<Contestant, "name" | "title" | "expected" | "found">,
  args: string,
  result: string,
): Contestant {
  const read = `data "gpuhost_pci_devices" "all" {\n${args}}\n`;
  const output = `output "count" { value = length(data.gpuhost_pci_devices.all.${result}) }\n`;
  return { ...who, provider: "gpuhost", configuration: () => `${OWN}${read}${output}` };
}

/** The main use of the provider: the graphics cards of all nodes. */
export const gpus: Contestant = own(
  {
    name: "gpus",
    title: 'gpuhost, classes = ["gpu"]',
    expected: (size) => addresses(size, ({ class: code, vendor }) => isGpu(code, vendor)),
    found: devicesIn,
  },
  '  classes = ["gpu"]\n',
  "devices",
);

/** Only what mappings need of graphics cards. */
export const mappings: Contestant = own(
  {
    name: "mappings",
    title: 'gpuhost, classes = ["gpu"], results = ["mappings"]',
    expected: (size) => {
      const units = hardwareOf(size.functions).units.filter(({ gpu }) => gpu);
      return nodeNames(size).flatMap((node) => units.map(({ path }) => `${node} ${path}`));
    },
    found: ({ mappings: made }) => (isJsonObject(made) ? Object.values(made).flatMap(linesOf) : []),
  },
  '  classes = ["gpu"]\n  results = ["mappings"]\n',
  "mappings",
);

/** Every function of every node, with all results. */
export const everything: Contestant = own(
  {
    name: "everything",
    title: "gpuhost, everything",
    expected: (size) => addresses(size, () => true),
    found: devicesIn,
  },
  "",
  "devices",
);

/** bpg's provider, which reads one node with one instance of its data source; here without its default filter. */
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
output "count" { value = sum([for node in data.proxmox_hardware_pci.all : length(node.devices)]) }
`,
  expected: (size) => addresses(size, () => true),
  found: (values) => devicesIn(values),
};

function addresses(size: ClusterSize, wanted: (device: RawFunction) => boolean): readonly string[] {
  const ids = hardwareOf(size.functions)
    .functions.filter(wanted)
    .map(({ id }) => id);
  return nodeNames(size).flatMap((node) => ids.map((id) => `${node} ${id}`));
}

/** As in the cluster: displays, and AMD's accelerators. */
function isGpu(code: string, vendor: RawFunction[string] | undefined): boolean {
  return code.startsWith("0x03") || (code.startsWith("0x12") && vendor === "0x1002");
}

/** From a list `devices`, with our names or bpg's. */
function devicesIn({ devices, node_name: ofNode }: JsonObject): readonly string[] {
  if (!Array.isArray(devices)) return [];
  return devices
    .filter(isJsonObject)
    .map((device) => `${String(device["node"] ?? ofNode)} ${String(device["path"] ?? device["id"])}`);
}

/** From the `map` of a mapping. */
function linesOf(mapping: unknown): readonly string[] {
  const lines = isJsonObject(mapping) ? mapping["map"] : undefined;
  if (!Array.isArray(lines)) return [];
  return lines.filter(isJsonObject).map(({ node, path }) => `${String(node)} ${String(path)}`);
}
