/** Hardware that changes under a mapping: the plan says so before a VM fails to start, and its suggestion mends it. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { nodeOf, type PciDevice } from "../support/pve/cluster.ts";
import { startGuest, stopGuest } from "../support/pve/guest-start.ts";
import { isJsonObject, type Json, type JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, exampleFiles, openConfiguration, setVariables } from "../support/tofu/bpg.ts";
import { diagnosticsOf } from "../support/tofu/diagnostics.ts";
import type { Workspace } from "../support/tofu/workspace.ts";

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

/** Changes the devices of a node; those for which nothing is returned are gone. */
function changeHardware(node: string, change: (device: PciDevice) => PciDevice | null): void {
  const found = nodeOf(pve.cluster, node);
  found.hardware = found.hardware.map(change).filter((device) => device !== null);
}

/** The host is restarted: all machines of the cluster are down. */
function stopEveryGuest(): void {
  for (const guest of pve.cluster.guests.values()) stopGuest(pve.cluster, guest);
}

/** Starts the machines of a name, as a host does when it is up again. */
function startGuests(...names: readonly string[]): void {
  for (const guest of pve.cluster.guests.values()) {
    if (names.includes(String(guest.config.get("name")))) {
      startGuest(pve.cluster, guest);
    }
  }
}

const CHECK = "Check block assertion failed";

async function checkWarnings(workspace: Workspace): Promise<string[]> {
  const diagnostics = await workspace.planDiagnostics();
  return diagnostics.filter(({ summary }) => summary === CHECK).flatMap(({ detail }) => detail.split("\n"));
}

/** The same without what the provider adds to Proxmox's words. */
async function proxmoxWarnings(workspace: Workspace): Promise<string[]> {
  return (await checkWarnings(workspace)).map((warning) => warning.split("; ")[0] ?? "");
}

describe("mappings that somebody wrote down", () => {
  const CONFIGURATION = `${BOTH_PROVIDERS}
variable "cards" {
  type = map(list(object({
    node         = string
    path         = string
    id           = string
    subsystem_id = string
    iommu_group  = optional(number)
    comment      = optional(string)
  })))
}

resource "proxmox_hardware_mapping_pci" "card" {
  for_each = var.cards
  name     = each.key
  map      = each.value
}

resource "proxmox_virtual_environment_vm" "guest" {
  for_each        = var.cards
  name            = each.key
  node_name       = each.value[0].node
  machine         = "q35"
  stop_on_destroy = true

  hostpci {
    device  = "hostpci0"
    mapping = proxmox_hardware_mapping_pci.card[each.key].name
    pcie    = true
    rombar  = true
  }
}

data "gpuhost_pci_mappings" "written" {}

locals {
  written = { for name, mapping in data.gpuhost_pci_mappings.written.mappings : name => mapping if contains(keys(var.cards), name) }
}

check "mappings_fit_the_hardware" {
  assert {
    condition = alltrue(values(local.written)[*].valid)
    error_message = join("\\n", flatten([
      for name, mapping in local.written : [
        for node, result in mapping.nodes : [for problem in result.problems : "\${name} on \${node}: \${problem.message}"]
      ]
    ]))
  }
}

output "suggestions" {
  value = {
    for name, mapping in local.written : name => one([
      for result in values(mapping.nodes) : result.suggestion if result.suggestion != null
    ]) if !mapping.valid
  }
}
`;

  const line = (node: string, path: string, id: string, subsystem: string, group: number): JsonObject => ({
    node,
    path,
    id,
    subsystem_id: subsystem,
    iommu_group: group,
  });
  const CARDS = {
    moved: [line("pve1", "0000:01:00", "10de:2204", "1462:3884", 14)],
    replaced: [line("pve1", "0000:02:00", "10de:1e07", "1043:866a", 15)],
    regrouped: [line("pve2", "0000:a1:00.0", "1002:740f", "1002:0c34", 42)],
    gone: [line("pve2", "0000:a4:00.0", "8086:56c0", "8086:4905", 45)],
    untouched: [line("pve2", "0000:a2:00.0", "1002:74a1", "1002:74a1", 43)],
  };

  /** What a new BIOS and a screwdriver do. */
  function changeEverything(): void {
    changeHardware("pve1", (device) => {
      if (device.id.startsWith("0000:01:00.")) {
        return { ...device, id: device.id.replace("0000:01:", "0000:0a:"), iommugroup: 21 };
      }
      if (device.id === "0000:02:00.0") {
        return { ...device, device: "0x2684", subsystem_vendor: "0x1043", subsystem_device: "0x889c" };
      }
      return device;
    });
    changeHardware("pve2", (device) => {
      if (device.id === "0000:a1:00.0") return { ...device, iommugroup: 50 };
      return device.id === "0000:a4:00.0" ? null : device;
    });
    stopEveryGuest();
  }

  const WARNINGS = [
    "gone on pve2: pci device '0000:a4:00.0' not found",
    "moved on pve1: pci device '0000:01:00.0' not found",
    "regrouped on pve2: 'iommugroup' does not match for 'regrouped' (50 != 42)",
    "replaced on pve1: 'id' does not match for 'replaced' (10de:2684 != 10de:1e07)",
    "replaced on pve1: 'subsystem-id' does not match for 'replaced' (1043:889c != 1043:866a)",
  ];

  /** Without the warning, this is what somebody sees: the first problem of each, when it is too late. */
  const FAILURES = [
    "pci device '0000:01:00.0' not found",
    "pci device '0000:a4:00.0' not found",
    "'id' does not match for 'replaced' (10de:2684 != 10de:1e07)",
    "'iommugroup' does not match for 'regrouped' (50 != 42)",
  ].map((problem) => `PCI device mapping invalid (hardware probably changed): ${problem}`);

  test("a plan names every mismatch, and applying what is suggested mends it", async () => {
    // A line of the recorded cluster for a second card like the one that moves, which is not there.
    pve.cluster.mappings.delete("gpu-moved");
    const workspace = await openConfiguration(pve, { "main.tf": CONFIGURATION }, { cards: CARDS });
    await workspace.apply();
    expect(Object.keys(runningGuests(pve.cluster)).toSorted()).toStrictEqual(Object.keys(CARDS).toSorted());
    expect(await checkWarnings(workspace)).toStrictEqual([]);

    changeEverything();
    expect(await proxmoxWarnings(workspace)).toStrictEqual(WARNINGS);

    const apply = await workspace.run(["apply", "-auto-approve", "-json"]);
    expect(apply.status).toBe(1);
    const endings = diagnosticsOf(apply)
      .filter(({ severity }) => severity === "error")
      .map(({ detail }) => /exit code: (.*?)\n/.exec(detail)?.[1]?.trim() ?? detail);
    expect(endings.toSorted()).toStrictEqual(FAILURES.toSorted());
    expect(Object.keys(runningGuests(pve.cluster))).toStrictEqual(["untouched"]);

    const { replaced, ...suggestions } = await suggestionsOf(workspace);
    const none = { comment: null };
    expect(suggestions).toStrictEqual({
      moved: [{ ...line("pve1", "0000:0a:00", "10de:2204", "1462:3884", 21), ...none }],
      regrouped: [{ ...line("pve2", "0000:a1:00.0", "1002:740f", "1002:0c34", 50), ...none }],
      gone: [],
    });
    // Another card is in its place: whether it is the one that is meant, nobody knows, and the message has the line.
    expect(replaced).toBeNull();
    expect((await checkWarnings(workspace)).find((warning) => warning.startsWith("replaced"))).toContain(
      'write { id = "10de:2684", iommu_group = 15, node = "pve1", path = "0000:02:00", subsystem_id = "1043:889c" }',
    );

    const written = { replaced: [line("pve1", "0000:02:00", "10de:2684", "1043:889c", 15)] };
    const { gone: _, ...mended } = { ...CARDS, ...suggestions, ...written };
    setVariables(workspace, { cards: mended });
    await workspace.succeed(["apply", "-auto-approve"]);
    expect(Object.keys(runningGuests(pve.cluster)).toSorted()).toStrictEqual(Object.keys(mended).toSorted());
    expect(heldDevices(pve.cluster)).toContain("pve1/0000:0a:00.1");
    expect(await checkWarnings(workspace)).toStrictEqual([]);
    const actions = Object.values(plannedActions(await workspace.plan()));
    expect(actions).toStrictEqual(Array.from({ length: 8 }, () => ["no-op"]));
  });

  test("an IOMMU that was switched off is seen, and so is one that is on again", async () => {
    const cards = { card: CARDS.untouched };
    const workspace = await openConfiguration(pve, { "main.tf": CONFIGURATION }, { cards });
    await workspace.apply();
    const groups = new Map(
      nodeOf(pve.cluster, "pve2").hardware.map(({ id, iommugroup }) => [id, iommugroup]),
    );

    stopEveryGuest();
    changeHardware("pve2", (device) => ({ ...device, iommugroup: -1 }));
    expect(await checkWarnings(workspace)).toStrictEqual([
      "card on pve2: unexpected property 'iommugroup' configured for device '0000:a2:00.0'; nothing is suggested while " +
        "the IOMMU of pve2 is off",
    ]);
    expect(await suggestionsOf(workspace)).toStrictEqual({ card: null });

    changeHardware("pve2", (device) => ({ ...device, iommugroup: groups.get(device.id) ?? -1 }));
    expect(await checkWarnings(workspace)).toStrictEqual([]);
    await workspace.succeed(["apply", "-auto-approve"]);
    expect(heldDevices(pve.cluster)).toStrictEqual(["pve2/0000:a2:00.0"]);
  });

  /** The suggestions of a plan. */
  async function suggestionsOf(workspace: Workspace): Promise<Record<string, Json>> {
    const { planned_values: planned } = await workspace.plan();
    const outputs = isJsonObject(planned) && isJsonObject(planned["outputs"]) ? planned["outputs"] : {};
    const suggestions = isJsonObject(outputs["suggestions"]) ? outputs["suggestions"]["value"] : null;
    return isJsonObject(suggestions) ? { ...suggestions } : {};
  }
});

describe("mappings named by model", () => {
  test("keep their names when the addresses move, and no VM is touched", async () => {
    const guests = { left: "gpu-pve2-10de-20f1-0", right: "gpu-pve2-10de-20f1-1" };
    const workspace = await openConfiguration(pve, exampleFiles("identical-cards"), { guests });
    await workspace.apply();
    expect(heldDevices(pve.cluster)).toStrictEqual(["pve2/0000:41:00.0", "pve2/0000:81:00.0"]);

    changeHardware("pve2", (device) => {
      if (device.id === "0000:41:00.0") return { ...device, id: "0000:43:00.0", iommugroup: 70 };
      if (device.id === "0000:81:00.0") return { ...device, id: "0000:83:00.0", iommugroup: 71 };
      return device;
    });
    expect(
      (await checkWarnings(workspace)).map((warning) =>
        warning.split("; ").slice(0, 2).join("; ").slice(0, 130),
      ),
    ).toStrictEqual(
      [
        "gpu-pve2-10de-20f1-0 on pve2: pci device '0000:41:00.0' not found; 0000:43:00.0 was matched by the order of addresses",
        "gpu-pve2-10de-20f1-1 on pve2: pci device '0000:81:00.0' not found; 0000:83:00.0 was matched by the order of addresses",
      ].map((text) => expect.stringContaining(text)),
    );
    expect(plannedActions(await workspace.plan())).toStrictEqual({
      'proxmox_hardware_mapping_pci.card["gpu-pve2-10de-20f1-0"]': ["update"],
      'proxmox_hardware_mapping_pci.card["gpu-pve2-10de-20f1-1"]': ["update"],
      'proxmox_virtual_environment_vm.guest["left"]': ["no-op"],
      'proxmox_virtual_environment_vm.guest["right"]': ["no-op"],
    });

    await workspace.succeed(["apply", "-auto-approve"]);
    stopEveryGuest();
    startGuests("left", "right");
    expect(heldDevices(pve.cluster)).toStrictEqual(["pve2/0000:43:00.0", "pve2/0000:83:00.0"]);
    expect(await checkWarnings(workspace)).toStrictEqual([]);
    expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  });
});

test("a guest that was named fails the plan when its card is gone or its IOMMU is off, and is not destroyed", async () => {
  const workspace = await openConfiguration(pve, exampleFiles("card-per-guest"), {
    guests: { render: "gpu-pve1-01-00" },
  });
  await workspace.apply();

  changeHardware("pve1", (device) => ({ ...device, iommugroup: -1 }));
  expect(await errorsOf(workspace)).toStrictEqual([
    ["Resource precondition failed", "gpu-pve1-01-00 is in no IOMMU group."],
  ]);
  changeHardware("pve1", (device) => (device.id.startsWith("0000:01:") ? null : device));
  expect((await errorsOf(workspace)).map(([summary]) => summary)).toContain("Resource postcondition failed");
  expect(Object.keys(runningGuests(pve.cluster))).toStrictEqual(["render"]);
});

/** Summary and detail of every error of a plan. */
async function errorsOf(workspace: Workspace): Promise<[string, string][]> {
  const diagnostics = await workspace.planDiagnostics();
  return diagnostics
    .filter(({ severity }) => severity === "error")
    .map(({ summary, detail }) => [summary, detail]);
}

/** Address of each resource → what a plan does to it. */
function plannedActions(plan: JsonObject): Record<string, Json> {
  const changes = plan["resource_changes"];
  if (!Array.isArray(changes)) throw new Error("the plan has no changes");
  return Object.fromEntries(
    changes
      .filter(isJsonObject)
      .map(({ address, change }) => [
        String(address),
        isJsonObject(change) ? (change["actions"] ?? null) : null,
      ]),
  );
}
