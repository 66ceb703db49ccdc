/** Mediated devices, devices out of saved text, and guests that want the same card, under the real OpenTofu. */
import { readFileSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { ensureTool } from "../../scripts/tools/ensure-tool.ts";
import { tools } from "../../scripts/tools/tool.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { hostHas } from "../support/tofu/host-has.ts";
import { environmentOf, Workspace } from "../support/tofu/workspace.ts";

const BPG = "registry.opentofu.org/bpg/proxmox";

let bpg: string;
let pve9: PveStandIn;
let pve7: PveStandIn;
let workspace: Workspace;

beforeAll(async () => {
  bpg = await ensureTool("bpg", console.log);
  [pve9, pve7] = await Promise.all([startPve(), startPve({ source: "pve7" })]);
}, 600_000);
afterAll(async () => {
  await Promise.all([pve9.close(), pve7.close()]);
});
afterEach(() => {
  workspace.remove();
});

function saved(name: string): string {
  return readFileSync(new URL(`../fixtures/lspci/${name}.txt`, import.meta.url), "utf8");
}

const TYPES = `provider "gpuhost" {}
data "gpuhost_mdev_types" "device" {
  node = "pve1"
  path = "00:02.0"
}
output "device" { value = data.gpuhost_mdev_types.device.types }
`;

describe("gpuhost_mdev_types", () => {
  const types = [
    { type: "i915-GVTg_V5_4", name: "GVTg_V5_4", available: 1 },
    { type: "i915-GVTg_V5_8", name: null, available: 2 },
  ];

  it("tells the types of a device and of a mapping", async () => {
    workspace = workspaceOf(
      `${TYPES}
data "gpuhost_mdev_types" "mapping" {
  node    = "pve1"
  mapping = "igd-mdev"
}
output "mapping" { value = data.gpuhost_mdev_types.mapping.types }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    const { device, mapping } = await workspace.apply();
    expect(device).toMatchObject(types);
    expect(mapping).toEqual(device);
  });

  it("tells those of a device of Proxmox VE 7, which has no mappings", async () => {
    workspace = workspaceOf(TYPES, { environment: environmentOf(pve7) });
    await workspace.init();
    expect(await workspace.apply()).toMatchObject({ device: types });
  });

  it("tells those of every device that offers any", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "offering" {
  nodes = ["pve1", "pve2"]
  mdev  = true
}
data "gpuhost_mdev_types" "offered" {
  for_each = { for device in data.gpuhost_pci_devices.offering.devices : "\${device.node}/\${device.path}" => device }
  node     = each.value.node
  path     = each.value.path
}
output "left" {
  value = { for key, offered in data.gpuhost_mdev_types.offered : key => sum(concat([0], offered.types[*].available)) }
}
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    expect(await workspace.apply()).toEqual({
      left: { "pve1/0000:00:02.0": 3, "pve2/0000:c1:00.4": 2, "pve2/0000:c1:00.5": 0 },
    });
  });

  it.each([
    [
      'path = "00:02"',
      'path = "00:02"',
      '"00:02" is a slot: write the function too, such as "0000:00:02.0".',
    ],
    [
      "",
      'data "gpuhost_mdev_types" "device" {',
      "Nothing says whose types to read: set path to the address of a device, or mapping to the name of a PCI mapping.",
    ],
    [
      'path = "00:02.0"\n  mapping = "igd-mdev"',
      'mapping = "igd-mdev"',
      "path and mapping exclude each other: set path to the address of a device, or mapping to the name of a PCI mapping.",
    ],
  ])("is refused by validate with %j", async (lines, code, detail) => {
    workspace = workspaceOf(`data "gpuhost_mdev_types" "device" {\n  node = "pve1"\n  ${lines}\n}\n`);
    await workspace.init();
    const diagnostics = await workspace.validate();
    expect(diagnostics.map((one) => [one.detail, one.snippet?.code.trim()])).toEqual([[detail, code]]);
  });

  it("is not refused while the address is known only after apply", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
resource "terraform_data" "path" { input = "0000:00:02.0" }
data "gpuhost_mdev_types" "later" {
  node = "pve1"
  path = terraform_data.path.output
}
output "types" { value = data.gpuhost_mdev_types.later.types[*].type }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    expect(await workspace.apply()).toEqual({ types: ["i915-GVTg_V5_4", "i915-GVTg_V5_8"] });
  });
});

describe.runIf(hostHas("functions"))("parse_lspci", () => {
  it("gives from a saved text what the data source gives of the same host", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "asked" { nodes = ["pve1"] }
locals {
  known = ["path", "id", "subsystem_id", "iommu_group", "class", "name", "subsystem_name", "gpu"]
  texts = {
    listing = provider::gpuhost::parse_lspci(file("nnv.txt"))
    verbose = provider::gpuhost::parse_lspci(file("nnvv.txt"))
    machine = provider::gpuhost::parse_lspci(file("vmmnnk.txt"))
  }
}
output "asked" {
  value = [for device in data.gpuhost_pci_devices.asked.devices : { for key in local.known : key => device[key] }]
}
output "texts" {
  value = { for form, devices in local.texts : form => [for device in devices : { for key in local.known : key => device[key] }] }
}
`,
      {
        environment: environmentOf(pve9),
        files: {
          "nnv.txt": saved("desktop.nnv"),
          "nnvv.txt": saved("desktop.nnvv"),
          "vmmnnk.txt": saved("desktop.vmmnnk"),
        },
      },
    );
    await workspace.init();
    const { asked, texts } = await workspace.apply();
    expect(asked).toHaveLength(16);
    expect(texts).toEqual({ listing: asked, verbose: asked, machine: asked });
  });

  it("takes the groups from a second text", async () => {
    workspace = workspaceOf(
      `output "groups" {
  value = { for device in provider::gpuhost::parse_lspci(file("nnk.txt"), file("groups.txt")) : device.path => device.iommu_group if device.gpu }
}
`,
      { files: { "nnk.txt": saved("server.nnk"), "groups.txt": saved("server.groups") } },
    );
    await workspace.init();
    expect(await workspace.apply()).toEqual({
      groups: {
        "0000:41:00.0": 40,
        "0000:81:00.0": 41,
        "0000:a1:00.0": 42,
        "0000:a2:00.0": 43,
        "0000:a4:00.0": 45,
        "0000:c1:00.0": 50,
        "0000:c1:00.4": 51,
        "0000:c1:00.5": 52,
      },
    });
  });

  it("gives devices that bpg/proxmox makes a mapping of, and Proxmox finds nothing wrong with it", async () => {
    workspace = new Workspace({
      executable: inject("tofu"),
      mirror: inject("mirror"),
      further: [{ address: BPG, version: tools.bpg.version, executable: bpg }],
      environment: environmentOf(pve9, pve9.tokens.mapper),
      files: {
        "main.tf": `terraform {
  required_providers {
    gpuhost = { source = "registry.opentofu.org/gpuhost/gpuhost" }
    proxmox = { source = "${BPG}" }
  }
}
provider "gpuhost" {}
provider "proxmox" {}
resource "proxmox_hardware_mapping_pci" "nvme" {
  name = "nvme"
  map  = [for device in provider::gpuhost::parse_lspci(file("pve1.txt")) : merge(device, { node = "pve1" }) if startswith(device.class, "0108")]
}
data "gpuhost_pci_mappings" "nvme" {
  names      = [proxmox_hardware_mapping_pci.nvme.name]
  depends_on = [proxmox_hardware_mapping_pci.nvme]
}
output "valid" { value = data.gpuhost_pci_mappings.nvme.mappings["nvme"].valid }
`,
        "pve1.txt": saved("desktop.nnv"),
      },
    });
    await workspace.init();
    expect(await workspace.apply()).toEqual({ valid: true });
    expect(pve9.cluster.mappings.get("nvme")?.map).toEqual([
      "id=144d:a808,node=pve1,path=0000:04:00.0,iommugroup=16,subsystem-id=144d:a801",
    ]);
    await workspace.succeed(["destroy", "-auto-approve"]);
    expect(pve9.cluster.mappings.has("nvme")).toBe(false);
  });

  it("says in validate which line is not as expected", async () => {
    workspace = workspaceOf(
      'output "devices" { value = provider::gpuhost::parse_lspci(file("lspci.txt")) }\n',
      {
        files: { "lspci.txt": "03:00.0 VGA compatible controller: NVIDIA Corporation GM107GL (rev a2)\n" },
      },
    );
    await workspace.init();
    const [diagnostic] = await workspace.validate();
    expect(diagnostic?.detail).toContain(
      'Invalid value for "text" parameter: Line 1 is "03:00.0 VGA compatible controller: NVIDIA Corporation GM107GL (rev a2)": expected the numbers of class, vendor and device,',
    );
  });
});

describe("include_usage", () => {
  it("warns in a plan of two guests on one card", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "gpus" {
  nodes         = ["pve1"]
  classes       = ["gpu"]
  include_usage = true
}
output "gpus" { value = length(data.gpuhost_pci_devices.gpus.gpus) }
`,
      { environment: environmentOf(pve9, pve9.tokens.auditor) },
    );
    await workspace.init();
    const { stdout } = await workspace.succeed(["plan"]);
    expect(flowingText(stdout)).toContain(
      "Warning: Guests Want the Same Device with data.gpuhost_pci_devices.gpus, on main.tf line 10, in data " +
        '"gpuhost_pci_devices" "gpus": 10: include_usage = true A device goes to one running guest at a time, and these are ' +
        "wanted by more: - pve1 0000:01:00.0 (NVIDIA Corporation GA102 [GeForce RTX 3090]): guest 100 (raw) by hostpci0, " +
        "guest 100 (raw) by hostpci1 and guest 101 (mapped) by hostpci0 through the mapping gpu-ok Whoever comes late fails " +
        "to start. Give every guest a device of its own, or never run these at the same time.",
    );
  });
});
