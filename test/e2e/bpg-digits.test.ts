/**
 * What a mistyped digit does: bpg/proxmox and Proxmox take the mapping, and the VM does not start. With the values of
 * the data source in its place it does.
 */
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";
import { tableRows } from "../support/markdown.ts";
import { heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { nodeOf } from "../support/pve/cluster.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { type Diagnostic, diagnosticsOf } from "../support/tofu/diagnostics.ts";
import { slips } from "./bpg-slips.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
  // A card whose function .0 is something else, beside those that were recorded.
  const fixture = readHardwareFile(join(projectRoot, "test/fixtures/clusters/display-not-first.json"));
  const card = fixture.pci["pve1"]?.filter(({ id }) => id.startsWith("0000:0b:00.")) ?? [];
  nodeOf(pve.cluster, "pve1").hardware.push(...card);
});
afterEach(() => pve.close());

const INVALID = "PCI device mapping invalid (hardware probably changed):";
const IOMMU_OFF = "unexpected property 'iommugroup' configured for device '0000:03:00.0'";

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
    Object.entries(slips).map(([name, { node, unit, line, mediated }]) => [
      name,
      { node, unit, line: { ...line }, mediated: mediated ?? false },
    ]),
  );
  const workspace = await openConfiguration(pve, { "guests.tf": GUESTS, "mappings.tf": BY_HAND }, { cards });

  const run = await workspace.run(["apply", "-auto-approve", "-json"]);
  expect(run.status).toBe(1);
  expect(refusals(diagnosticsOf(run))).toStrictEqual(
    Object.fromEntries(
      Object.entries(slips).map(([name, { refusal }]) => [
        `proxmox_virtual_environment_vm.guest["${name}"]`,
        `${INVALID} ${refusal}`,
      ]),
    ),
  );
  expect(runningGuests(pve.cluster)).toStrictEqual({});

  workspace.write("mappings.tf", WITH_DATA_SOURCE);
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(Object.keys(runningGuests(pve.cluster)).toSorted()).toStrictEqual(Object.keys(slips).toSorted());
  const expected = Object.values(slips).flatMap(({ node, devices }) => devices.map((id) => `${node}/${id}`));
  expect(heldDevices(pve.cluster)).toStrictEqual(expected.toSorted());
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
});

test("a group of -1 of a node without IOMMU is refused; without it the start says so, and works once the IOMMU is on", async () => {
  const node = nodeOf(pve.cluster, "pve3");
  const line = { path: "0000:03:00", id: "1002:73bf", subsystem_id: "1da2:e438", iommu_group: -1 };
  const workspace = await openConfiguration(
    pve,
    { "guests.tf": GUESTS, "mappings.tf": BY_HAND },
    { cards: { off: { node: "pve3", unit: "gpu-pve3-03-00", mediated: false, line } } },
  );
  const refused = async (): Promise<string | undefined> => {
    const run = await workspace.run(["apply", "-auto-approve", "-json"]);
    return refusals(diagnosticsOf(run))['proxmox_virtual_environment_vm.guest["off"]'];
  };
  expect(await refused()).toBe(`${INVALID} ${IOMMU_OFF}`);

  workspace.write("mappings.tf", WITH_DATA_SOURCE.replace('["pve1", "pve2"]', '["pve3"]'));
  expect(await refused()).toBe("cannot prepare PCI pass-through, IOMMU not present");

  node.hardware = node.hardware.map((device, index) => ({ ...device, iommugroup: index }));
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(heldDevices(pve.cluster)).toStrictEqual([0, 1, 2, 3].map((number) => `pve3/0000:03:00.${number}`));
});

test("the guide's table has these very messages", () => {
  const rows = tableRows(readProjectFile("docs/guides/pitfalls.md")).map(([message = ""]) =>
    message.replaceAll("`", ""),
  );
  const messages = Object.entries(slips).map(([name, { refusal }]) =>
    refusal.replaceAll(`'${name}'`, "'NAME'"),
  );
  expect([...messages, IOMMU_OFF]).toStrictEqual(expect.arrayContaining(rows));
  expect(readProjectFile("docs/guides/pitfalls.md")).toContain(INVALID);
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
