/** The oldest OpenTofu that the README names, beside the one that all other tests run: what people get who cannot renew theirs. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { ensureHost, hostVersions } from "../../scripts/hosts/host.ts";
import { bpgAddress } from "../../scripts/tools/tool.ts";
import { providerAddress } from "../../src/provider-address.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { environmentOf, Workspace } from "../support/tofu/workspace.ts";

const OLDEST = "1.6.3";

const MAPPINGS = `terraform {
  required_providers {
    gpuhost = { source = "${providerAddress}" }
    proxmox = { source = "${bpgAddress}" }
  }
}
provider "gpuhost" {}
provider "proxmox" {}
data "gpuhost_pci_devices" "gpus" {
  nodes   = ["pve1"]
  classes = ["gpu"]
  accept  = ["not_isolated"]
}
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = data.gpuhost_pci_devices.gpus.mappings
  name             = each.key
  comment          = each.value.comment
  mediated_devices = each.value.mediated_devices
  map              = each.value.map
}
`;

let executable: string;
let pve: PveStandIn;
let workspace: Workspace | undefined;

beforeAll(async () => {
  ({ executable } = await ensureHost(OLDEST, console.log));
  pve = await startPve();
}, 900_000);
afterAll(async () => {
  await pve.close();
});
afterEach(() => {
  workspace?.remove();
});

describe(`OpenTofu ${OLDEST}`, () => {
  it("is the oldest of those that are tried", () => {
    expect(hostVersions.at(-1)).toBe(OLDEST);
  });

  it("makes a mapping of each card, and then has nothing to do", async () => {
    workspace = new Workspace({
      executable,
      mirror: inject("mirror"),
      further: [bpg("opentofu")],
      files: { "main.tf": MAPPINGS },
      environment: environmentOf(pve, pve.tokens.mapper),
    });
    await workspace.init();
    await workspace.succeed(["apply", "-auto-approve"]);
    expect([...pve.cluster.mappings.keys()]).toEqual(
      expect.arrayContaining(["gpu-pve1-00-02", "gpu-pve1-01-00", "gpu-pve1-02-00", "gpu-pve1-05-00"]),
    );
    const { status } = await workspace.run(["plan", "-detailed-exitcode"]);
    expect(status).toBe(0);
  });

  it("points at the argument that is wrong", async () => {
    workspace = workspaceOf('data "gpuhost_pci_devices" "all" {\n  classes = ["gpus"]\n}\n', { executable });
    await workspace.init();
    const [diagnostic] = await workspace.validate();
    expect(diagnostic?.snippet?.code).toBe('  classes = ["gpus"]');
  });

  it("has no functions of providers, and says so itself", async () => {
    workspace = workspaceOf('output "path" { value = provider::gpuhost::path("03:00.0") }\n', { executable });
    const { output, status } = await workspace.run(["init"]);
    expect(status).not.toBe(0);
    expect(flowingText(output)).toMatch(/Error: (Invalid|Missing|Unsupported|Call)/);
  });
});
