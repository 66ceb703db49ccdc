/** GPUs by count with the real bpg/proxmox: whatever changes, nobody else's card or node does, and no VM is replaced. */
import { join } from "node:path";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { failedTasks, runningGuests } from "../support/pve/belongings.ts";
import { nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { startGuest } from "../support/pve/guest-start.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { isJsonObject, type Json, type JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, exampleFiles, openConfiguration, setVariables } from "../support/tofu/bpg.ts";
import type { Workspace } from "../support/tofu/workspace.ts";

let pve: PveStandIn;
/** Two nodes: twin-1 with three cards at 01, 02 and 03, twin-2 with one at 01. */
beforeEach(async () => {
  const file = join(projectRoot, "test/fixtures/clusters/identical-cards.json");
  pve = await startPve({ source: readHardwareFile(file) });
  onTestFinished(() => pve.close());
});

/** Puts a card with its sound onto a free bus, like the one on another bus of the node. */
function addCard(node: string, bus: string, like: string, iommugroup: number): void {
  const { hardware } = nodeOf(pve.cluster, node);
  const copies = hardware
    .filter(({ id }) => id.startsWith(`0000:${like}:`))
    .map((device): PciDevice => ({ ...device, id: device.id.replace(`:${like}:`, `:${bus}:`), iommugroup }));
  hardware.push(...copies);
  hardware.sort((a, b) => (a.id < b.id ? -1 : 1));
}

function removeCard(node: string, bus: string): void {
  const found = nodeOf(pve.cluster, node);
  found.hardware = found.hardware.filter(({ id }) => !id.startsWith(`0000:${bus}:`));
}

/** A machine of somebody else's on a card, by its address. */
function addDesktop(node: string, bus: string): void {
  const guest = {
    vmid: 900,
    type: "qemu" as const,
    node,
    digest: null,
    resource: { name: "desktop" },
    running: false,
    devices: [],
    config: new Map<string, string | number>([
      ["name", "desktop"],
      ["machine", "q35"],
      ["hostpci0", `0000:${bus}:00,pcie=1`],
    ]),
    pending: new Map(),
    deleting: new Map(),
  };
  pve.cluster.guests.set(guest.vmid, guest);
  startGuest(pve.cluster, guest);
}

/** What a plan does, resource by resource, to those that it does something to. */
async function changes(workspace: Workspace): Promise<Record<string, Json>> {
  const { resource_changes: all } = await workspace.plan();
  const found = (Array.isArray(all) ? all : []).filter(isJsonObject).map(({ address, change }) => {
    const actions = isJsonObject(change) && Array.isArray(change["actions"]) ? change["actions"] : [];
    return [
      String(address).replace(/^proxmox_(hardware|virtual_environment)_/, ""),
      actions.join(" "),
    ] as const;
  });
  return Object.fromEntries(found.filter(([, actions]) => actions !== "no-op"));
}

/** Applies, and makes sure that a second plan is empty and that Proxmox refused nothing. */
async function applied(workspace: Workspace): Promise<Record<string, string>> {
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  expect(failedTasks(pve.cluster)).toStrictEqual([]);
  return places();
}

/** Where each worker is, and its mappings. */
function places(): Record<string, string> {
  const workers = Object.entries(runningGuests(pve.cluster)).filter(([name]) => name !== "desktop");
  return Object.fromEntries(
    workers.map(([name, { node, hostpci }]) => [
      name,
      `${node}: ${hostpci.map((value) => /mapping=([^,]+)/.exec(value)?.[1] ?? value).join(", ")}`,
    ]),
  );
}

/** The error that a plan ends with, its lines joined. */
async function refusal(workspace: Workspace): Promise<string> {
  const errors = (await workspace.planDiagnostics()).filter(({ severity }) => severity === "error");
  return errors.map(({ detail }) => detail).join("\n");
}

const three = { "worker-1": 1, "worker-2": 1, "worker-3": 1 };
const THREE = {
  "worker-1": "twin-1: gpu-twin-1-01-00",
  "worker-2": "twin-1: gpu-twin-1-02-00",
  "worker-3": "twin-1: gpu-twin-1-03-00",
};

function open(workers: JsonObject, more: JsonObject = {}): Promise<Workspace> {
  return openConfiguration(pve, exampleFiles("gpu-workers-by-count"), { workers, ...more });
}

test("a worker is added, and cards are added and lost", async () => {
  // The card that is added later is the lowest, so that every list then begins with it.
  removeCard("twin-1", "01");
  const workspace = await open({ "worker-1": 1, "worker-2": 1 });
  const two = { "worker-1": "twin-1: gpu-twin-1-02-00", "worker-2": "twin-1: gpu-twin-1-03-00" };
  expect(await applied(workspace)).toStrictEqual(two);

  setVariables(workspace, { workers: { "worker-1": 1, "worker-2": 1, "a-third": 1 } });
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-2-01-00"]': "create",
    'vm.worker["a-third"]': "create",
  });
  const three = { ...two, "a-third": "twin-2: gpu-twin-2-01-00" };
  expect(await applied(workspace)).toStrictEqual(three);

  addCard("twin-1", "01", "02", 40);
  expect(await changes(workspace)).toStrictEqual({});

  removeCard("twin-1", "02");
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-1-01-00"]': "create",
    'mapping_pci.gpu["gpu-twin-1-02-00"]': "delete",
    'vm.worker["worker-1"]': "update",
  });
  expect(await applied(workspace)).toStrictEqual({ ...three, "worker-1": "twin-1: gpu-twin-1-01-00" });

  removeCard("twin-2", "01");
  const said = await refusal(workspace);
  expect(said).toContain('guests["a-third"] asks for 1 unit, and no node has any that it may be given.');

  // Without a card it may go anywhere; it moves there, and is not made anew.
  addCard("twin-1", "05", "01", 50);
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-1-05-00"]': "create",
    'mapping_pci.gpu["gpu-twin-2-01-00"]': "delete",
    'vm.worker["a-third"]': "update",
  });
});

test("a worker is removed, and its card is free for the next only when it has let go", async () => {
  const workspace = await open(three);
  await applied(workspace);
  addDesktop("twin-2", "01");

  const { "worker-1": _, ...two } = three;
  setVariables(workspace, { workers: { ...two, "worker-4": 1 } });
  const said = await refusal(workspace);
  expect(said).toContain('guests["worker-4"] asks for 1 unit, and no node has any that it may be given.');
  expect(said).toContain("held by guest 900 (desktop; not in guests): gpu-twin-2-01-00");
  expect(said).toMatch(/held by guest \d+ \(worker-1; not in guests\): gpu-twin-1-01-00/);

  setVariables(workspace, { workers: two });
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-1-01-00"]': "delete",
    'vm.worker["worker-1"]': "delete",
  });
  const { "worker-1": __, ...left } = THREE;
  expect(await applied(workspace)).toStrictEqual(left);

  setVariables(workspace, { workers: { ...two, "worker-4": 1 } });
  expect(await applied(workspace)).toStrictEqual({ ...left, "worker-4": "twin-1: gpu-twin-1-01-00" });
  expect(runningGuests(pve.cluster)["desktop"]?.hostpci).toStrictEqual(["0000:01:00,pcie=1"]);
});

test("a worker asks for more, and gets it where it is or not at all", async () => {
  const { "worker-3": _, ...two } = three;
  const workspace = await open(two);
  const { "worker-3": __, ...before } = THREE;
  expect(await applied(workspace)).toStrictEqual(before);

  setVariables(workspace, { workers: { ...two, "worker-2": 2 } });
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-1-03-00"]': "create",
    'vm.worker["worker-2"]': "update",
  });
  expect(await applied(workspace)).toStrictEqual({
    ...before,
    "worker-2": "twin-1: gpu-twin-1-02-00, gpu-twin-1-03-00",
  });

  setVariables(workspace, { workers: { ...two, "worker-2": 3 } });
  expect(await refusal(workspace)).toContain(
    'guests["worker-2"] asks for 3 units on twin-1, where it holds units already, and can have 2 there.',
  );

  // Less again: the lower address stays.
  setVariables(workspace, { workers: two });
  expect(await applied(workspace)).toStrictEqual(before);
});

test("a worker that is told where to be moves, and is not made anew", async () => {
  const workspace = await open({ "worker-1": 1 });
  await applied(workspace);
  setVariables(workspace, { workers: { "worker-1": 1 }, nodes: { "worker-1": "twin-2" } });
  expect(await changes(workspace)).toStrictEqual({
    'mapping_pci.gpu["gpu-twin-1-01-00"]': "delete",
    'mapping_pci.gpu["gpu-twin-2-01-00"]': "create",
    'vm.worker["worker-1"]': "update",
  });
});

test("a card that somebody's VM takes meanwhile is given to nobody", async () => {
  addDesktop("twin-1", "01");
  const workspace = await open(three);
  expect(await applied(workspace)).toStrictEqual({
    "worker-1": "twin-1: gpu-twin-1-02-00",
    "worker-2": "twin-1: gpu-twin-1-03-00",
    "worker-3": "twin-2: gpu-twin-2-01-00",
  });
});

test("workers that shared a pool each keep a card, and none moves", async () => {
  const pooled = (name: string): string => `
resource "proxmox_virtual_environment_vm" "${name}" {
  name            = "${name}"
  node_name       = "twin-1"
  machine         = "q35"
  stop_on_destroy = true
  hostpci {
    device  = "hostpci0"
    mapping = proxmox_hardware_mapping_pci.pool.name
    pcie    = true
    rombar  = true
  }
}
`;
  const pool = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" { nodes = ["twin-1"] }
resource "proxmox_hardware_mapping_pci" "pool" {
  name = "pool"
  map  = data.gpuhost_pci_devices.gpus.pools["gpu-10de-2204"].map
}
${pooled("worker-1")}${pooled("worker-2")}`,
  });
  await pool.succeed(["apply", "-auto-approve"]);
  const workspace = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" {
  classes       = ["gpu"]
  include_usage = true
  accept        = ["guests_clash"]
}
output "workers" {
  value = provider::gpuhost::assign(data.gpuhost_pci_devices.gpus.gpus, { worker-2 = 1, worker-1 = 1 })
}
`,
  });
  expect(await workspace.apply()).toStrictEqual({
    workers: {
      "worker-1": { node: "twin-1", mappings: ["gpu-twin-1-01-00"] },
      "worker-2": { node: "twin-1", mappings: ["gpu-twin-1-02-00"] },
    },
  });
});

test("a pool whose list names the node replaces a VM when a card is added, as the guide says", async () => {
  const workspace = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" { classes = ["gpu"] }
locals {
  pool = data.gpuhost_pci_devices.gpus.pools["gpu-10de-2204"]
}
resource "proxmox_hardware_mapping_pci" "pool" {
  name = "pool"
  map  = local.pool.map
}
resource "proxmox_virtual_environment_vm" "worker" {
  count           = 4
  name            = "worker-\${count.index}"
  node_name       = local.pool.map[count.index].node
  machine         = "q35"
  stop_on_destroy = true
  hostpci {
    device  = "hostpci0"
    mapping = proxmox_hardware_mapping_pci.pool.name
    pcie    = true
    rombar  = true
  }
}
`,
  });
  await applied(workspace);
  addCard("twin-1", "04", "01", 41);
  expect(await changes(workspace)).toStrictEqual({
    "mapping_pci.pool": "update",
    "vm.worker[3]": "delete create",
  });
});
