/** What the documentation says of at_least, depends_on and a member without quorum, held against the real OpenTofu. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { cutOff, nodeOf } from "../support/pve/cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { hostHas } from "../support/tofu/host-has.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

const CARD = pciFunction("0000:01:00.0", "10de:2204", "030000", 1, "GA102 [GeForce RTX 3090]");
const DRIVE = pciFunction("0000:02:00.0", "8086:f1a8", "010802", 2, "SSD 660P");

let pve: PveStandIn;
let workspace: Workspace;

beforeAll(async () => {
  pve = await startPve({ source: hardwareOf({ pve1: [CARD, DRIVE], pve2: [CARD], pve3: [CARD] }) });
});
afterAll(async () => {
  await pve.close();
});
afterEach(() => {
  workspace.remove();
});

/** A workspace with one thing for every element of `mappings`. */
async function withGuests(arguments_: string, before = ""): Promise<void> {
  workspace = workspaceOf(
    `provider "gpuhost" {}
${before}
data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  ${arguments_}
}
resource "terraform_data" "gpu" {
  for_each = data.gpuhost_pci_devices.gpus.mappings
  input    = each.value.node
}
`,
    { environment: environmentOf(pve) },
  );
  await workspace.init();
}

describe("at_least", () => {
  it("stops a destroy when the card is gone, which -refresh=false gets past", async () => {
    await withGuests('nodes    = ["pve1"]\n  at_least = 1');
    await workspace.succeed(["apply", "-auto-approve"]);
    const node = nodeOf(pve.cluster, "pve1");
    node.hardware = [DRIVE];
    const stopped = await workspace.run(["destroy", "-auto-approve"]);
    const passed = await workspace.run(["destroy", "-auto-approve", "-refresh=false"]);
    node.hardware = [CARD, DRIVE];
    expect(stopped.status).toBe(1);
    expect(stopped.output).toContain("Too Few PCI Devices Match");
    expect(passed.output).toContain("Destroy complete! Resources: 1 destroyed.");
  });
});

describe("depends_on", () => {
  const BEFORE = 'resource "terraform_data" "before" { input = "done" }';

  it.runIf(hostHas("exclude"))("costs for_each its keys, until what it waits for is there", async () => {
    await withGuests('nodes      = ["pve1"]\n  depends_on = [terraform_data.before]', BEFORE);
    const refused = await workspace.run(["plan"]);
    expect(refused.status).toBe(1);
    expect(refused.output).toContain("Invalid for_each argument");
    await workspace.succeed(["apply", "-auto-approve", "-exclude=terraform_data.gpu"]);
    const { stdout } = await workspace.succeed(["apply", "-auto-approve"]);
    expect(stdout).toContain("Apply complete! Resources: 1 added, 0 changed, 0 destroyed.");
  });

  it("does not cost lists anything", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
${BEFORE}
data "gpuhost_pci_devices" "gpus" {
  nodes      = ["pve1"]
  classes    = ["gpu"]
  depends_on = [terraform_data.before]
}
resource "terraform_data" "all" { input = data.gpuhost_pci_devices.gpus.gpus }
`,
      { environment: environmentOf(pve) },
    );
    await workspace.init();
    const { stdout } = await workspace.succeed(["apply", "-auto-approve"]);
    expect(stdout).toContain("Apply complete! Resources: 2 added, 0 changed, 0 destroyed.");
  });
});

describe("a member without quorum", () => {
  it("never makes a plan destroy anything", async () => {
    await withGuests('unreachable_nodes = "warn"');
    await workspace.succeed(["apply", "-auto-approve"]);
    const entries = [...pve.cluster.nodes.values()].map((node) => ({ node, entry: node.entry }));
    cutOff(pve.cluster, "pve1");
    const diagnostics = await workspace.planDiagnostics();
    for (const { node, entry } of entries) node.entry = entry;
    pve.cluster.quorate = null;
    expect(diagnostics.map(({ severity, summary }) => [severity, summary])).toEqual([
      ["error", "Cluster Without Quorum"],
    ]);
  });
});
