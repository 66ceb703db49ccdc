/**
 * What a mistyped digit does: bpg/proxmox and Proxmox take the mapping, and the VM does not start. With the values of
 * the data source in its place it does.
 */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { nodeOf } from "../support/pve/cluster.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { type Diagnostic, diagnosticsOf } from "../support/tofu/diagnostics.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
  // A card whose function .0 is something else, beside those that were recorded.
  const fixture = readHardwareFile(join(projectRoot, "test/fixtures/clusters/display-not-first.json"));
  const card = fixture.pci["pve1"]?.filter(({ id }) => id.startsWith("0000:0b:00.")) ?? [];
  nodeOf(pve.cluster, "pve1").hardware.push(...card);
});
afterEach(() => pve.close());

/** One card as somebody wrote it down, and what Proxmox says of it when its VM is to start. */
interface Slip {
  readonly wrong: string;
  readonly node: string;
  readonly line: {
    readonly path: string;
    readonly id: string;
    readonly subsystem_id?: string;
    readonly iommu_group?: number;
  };
  readonly mediated?: boolean;
  /** Name of the card's mapping in the data source. */
  readonly unit: string;
  readonly refusal: string;
  /** What the VM gets when the data source writes the line. */
  readonly devices: readonly string[];
}

const RTX3090 = { path: "0000:01:00", id: "10de:2204", subsystem_id: "1462:3884", iommu_group: 14 };
const SLIPS: Readonly<Record<string, Slip>> = {
  "wrong-id": {
    wrong: "the device id",
    node: "pve1",
    line: { ...RTX3090, id: "10de:2206" },
    unit: "gpu-pve1-01-00",
    refusal: "'id' does not match for 'wrong-id' (10de:2204 != 10de:2206)",
    devices: ["0000:01:00.0", "0000:01:00.1"],
  },
  "wrong-group": {
    wrong: "the IOMMU group",
    node: "pve1",
    line: { path: "0000:02:00", id: "10de:1e07", subsystem_id: "1043:866a", iommu_group: 14 },
    unit: "gpu-pve1-02-00",
    refusal: "'iommugroup' does not match for 'wrong-group' (15 != 14)",
    devices: ["0000:02:00.0", "0000:02:00.1", "0000:02:00.2", "0000:02:00.3"],
  },
  "no-subsystem": {
    wrong: "no subsystem id",
    node: "pve1",
    line: { path: "0000:05:00", id: "10de:2b85", iommu_group: 17 },
    unit: "gpu-pve1-05-00",
    refusal: "missing expected property 'subsystem-id' for device '0000:05:00.0'",
    devices: ["0000:05:00.0", "0000:05:00.1"],
  },
  "wrong-subsystem": {
    wrong: "the subsystem id",
    node: "pve2",
    line: { path: "0000:a4:00.0", id: "8086:56c0", subsystem_id: "8086:4906", iommu_group: 45 },
    unit: "gpu-pve2-a4-00",
    refusal: "'subsystem-id' does not match for 'wrong-subsystem' (8086:4905 != 8086:4906)",
    devices: ["0000:a4:00.0"],
  },
  "minus-one": {
    wrong: "a group of -1, as Proxmox says where there is none",
    node: "pve2",
    line: { path: "0000:a1:00.0", id: "1002:740f", subsystem_id: "1002:0c34", iommu_group: -1 },
    unit: "gpu-pve2-a1-00",
    refusal: "'iommugroup' does not match for 'minus-one' (42 != -1)",
    devices: ["0000:a1:00.0"],
  },
  "no-mdev-flag": {
    wrong: "mediated_devices left out for a card that has them",
    node: "pve1",
    line: { path: "0000:00:02.0", id: "8086:3e92", subsystem_id: "1458:d000", iommu_group: 0 },
    unit: "gpu-pve1-00-02",
    refusal: "'mdev' does not match for 'no-mdev-flag' (1 != 0)",
    devices: ["0000:00:02.0"],
  },
  "mdev-flag": {
    wrong: "mediated_devices set for a card that has none",
    node: "pve2",
    line: { path: "0000:a2:00.0", id: "1002:74a1", subsystem_id: "1002:74a1", iommu_group: 43 },
    mediated: true,
    unit: "gpu-pve2-a2-00",
    refusal: "'mdev' does not match for 'mdev-flag' (0 != 1)",
    devices: ["0000:a2:00.0"],
  },
  "wrong-address": {
    wrong: "the address",
    node: "pve2",
    line: { path: "0000:82:00.0", id: "10de:20f1", subsystem_id: "10de:145f", iommu_group: 41 },
    unit: "gpu-pve2-81-00",
    refusal: "pci device '0000:82:00.0' not found",
    devices: ["0000:81:00.0"],
  },
  "upper-case": {
    wrong: "ids as some tools print them",
    node: "pve2",
    line: { path: "0000:41:00.0", id: "10DE:20F1", subsystem_id: "10DE:145F", iommu_group: 40 },
    unit: "gpu-pve2-41-00",
    refusal: "'id' does not match for 'upper-case' (10de:20f1 != 10DE:20F1)",
    devices: ["0000:41:00.0"],
  },
  "whole-slot": {
    wrong: "the slot of a card whose function .0 is not the display",
    node: "pve1",
    line: { path: "0000:0b:00", id: "1002:1638", subsystem_id: "1002:1638", iommu_group: 20 },
    unit: "gpu-pve1-0b-00-1",
    refusal: "'id' does not match for 'whole-slot' (1022:1455 != 1002:1638)",
    devices: ["0000:0b:00.1"],
  },
};

const GUESTS = `${BOTH_PROVIDERS}
variable "cards" {
  type = map(object({
    node     = string
    unit     = string
    mediated = bool
    line     = object({ path = string, id = string, subsystem_id = optional(string), iommu_group = optional(number) })
  }))
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = var.cards
  name            = each.key
  node_name       = each.value.node
  machine         = "q35"
  stop_on_destroy = true

  hostpci {
    device  = "hostpci0"
    mapping = proxmox_hardware_mapping_pci.card[each.key].name
    pcie    = true
    rombar  = true
  }
}
`;

const BY_HAND = `resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = var.cards
  name             = each.key
  mediated_devices = each.value.mediated
  map = [{
    node         = each.value.node
    path         = each.value.line.path
    id           = each.value.line.id
    subsystem_id = each.value.line.subsystem_id
    iommu_group  = each.value.line.iommu_group
  }]
}
`;

const WITH_DATA_SOURCE = `data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  nodes   = ["pve1", "pve2"]
}

resource "proxmox_hardware_mapping_pci" "card" {
  for_each         = var.cards
  name             = each.key
  mediated_devices = data.gpuhost_pci_devices.gpus.mappings[each.value.unit].mediated_devices
  map              = data.gpuhost_pci_devices.gpus.mappings[each.value.unit].map
}
`;

test("each slip keeps a VM from starting, in Proxmox's words, and the data source lets it start", async () => {
  const cards = Object.fromEntries(
    Object.entries(SLIPS).map(([name, { node, unit, line, mediated }]) => [
      name,
      { node, unit, line: { ...line }, mediated: mediated ?? false },
    ]),
  );
  const workspace = await openConfiguration(pve, { "guests.tf": GUESTS, "mappings.tf": BY_HAND }, { cards });

  const run = await workspace.run(["apply", "-auto-approve", "-json"]);
  expect(run.status).toBe(1);
  expect(refusals(diagnosticsOf(run))).toStrictEqual(
    Object.fromEntries(
      Object.entries(SLIPS).map(([name, { refusal }]) => [
        `proxmox_virtual_environment_vm.guest["${name}"]`,
        `PCI device mapping invalid (hardware probably changed): ${refusal}`,
      ]),
    ),
  );
  expect(runningGuests(pve.cluster)).toStrictEqual({});

  workspace.write("mappings.tf", WITH_DATA_SOURCE);
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(Object.keys(runningGuests(pve.cluster)).toSorted()).toStrictEqual(Object.keys(SLIPS).toSorted());
  const expected = Object.values(SLIPS).flatMap(({ node, devices }) => devices.map((id) => `${node}/${id}`));
  expect(heldDevices(pve.cluster)).toStrictEqual(expected.toSorted());
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});

/** Address of the resource → what its task ended with. */
function refusals(diagnostics: readonly Diagnostic[]): Record<string, string> {
  const errors = diagnostics.filter(({ severity }) => severity === "error");
  return Object.fromEntries(
    errors.map(({ address, detail }) => [
      address ?? "",
      /exit code: (.*?)\n/.exec(detail)?.[1]?.trim() ?? detail,
    ]),
  );
}

test.each(["mapper", "root"] as const)(
  "a raw address is refused to the token of %s, and its mapping is not",
  async (token) => {
    const vm = (device: string): string => `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "a100" {
  nodes = ["pve2"]
  paths = ["41:00.0"]
}
resource "proxmox_hardware_mapping_pci" "a100" {
  name = "a100"
  map  = data.gpuhost_pci_devices.a100.gpus
}
resource "proxmox_virtual_environment_vm" "guest" {
  name            = "guest"
  node_name       = "pve2"
  machine         = "q35"
  stop_on_destroy = true
  hostpci {
    device = "hostpci0"
    ${device}
    pcie   = true
    rombar = true
  }
}
`;
    const workspace = await openConfiguration(
      pve,
      { "main.tf": vm('id = "0000:41:00.0"') },
      {},
      pve.tokens[token],
    );
    const run = await workspace.run(["apply", "-auto-approve", "-json"]);
    expect(run.status).toBe(1);
    const [error] = diagnosticsOf(run).filter(({ severity }) => severity === "error");
    expect(error?.detail).toContain("only root can set 'hostpci0' config for non-mapped devices");

    workspace.write("main.tf", vm("mapping = proxmox_hardware_mapping_pci.a100.name"));
    await workspace.succeed(["apply", "-auto-approve"]);
    expect(heldDevices(pve.cluster)).toStrictEqual(["pve2/0000:41:00.0"]);
  },
);
