/** What a user does on a good day: init, validate, plan and apply, with the packaged binary and the real OpenTofu. */
import { readdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { projectVersion } from "../../scripts/project.ts";
import { oracle } from "../support/oracle/oracle.ts";
import { oracleCluster } from "../support/provider/oracle-cluster.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { hostHas } from "../support/tofu/host-has.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

const ALL_OUTPUTS = ["devices", "gpus", "by_node", "mappings", "pools"]
  .map((name) => `output "${name}" { value = data.gpuhost_pci_devices.all.${name} }\n`)
  .join("");

/** What a hostpci block leaves to Proxmox. */
const UNSET = { mdev: null, rom_file: null, xvga: null };

let pve9: PveStandIn;
let pve7: PveStandIn;
let workspace: Workspace;

beforeAll(async () => {
  [pve9, pve7] = await Promise.all([startPve(), startPve({ source: "pve7" })]);
});
afterAll(async () => {
  await Promise.all([pve9.close(), pve7.close()]);
});
afterEach(() => {
  workspace.remove();
});

describe("the packaged provider", () => {
  it("is one program in an unpacked mirror, chosen by required_providers alone", async () => {
    workspace = workspaceOf('provider "gpuhost" {}\n');
    const { stdout } = await workspace.init();
    const version = projectVersion();
    // Terraform names the registry, too, which is not its own.
    expect(stdout).toMatch(
      new RegExp(
        `- Installed (registry\\.opentofu\\.org/)?gpuhost/gpuhost v${version.replaceAll(".", "\\.")} \\(unauthenticated\\)`,
      ),
    );
    const folder = `${inject("mirror")}/registry.opentofu.org/gpuhost/gpuhost/${version}/${process.arch === "x64" ? "linux_amd64" : "linux_arm64"}`;
    const programs = readdirSync(folder).filter((name) => name.startsWith("terraform-provider-"));
    expect(programs).toEqual([`terraform-provider-gpuhost_v${version}`]);
  });

  it.each([
    ["pve9", {}],
    ["pve9", { classes: ["gpu"], mapping_names: "model" }],
    ["pve7", { classes: ["gpu", "accelerator"] }],
  ] as const)("gives what the oracle expects of %s with %j", async (name, selection) => {
    const pve = name === "pve9" ? pve9 : pve7;
    const arguments_ = { ...selection, unreachable_nodes: "warn" } as const;
    const lines = Object.entries(arguments_).map(([key, value]) => `  ${key} = ${JSON.stringify(value)}\n`);
    workspace = workspaceOf(
      `provider "gpuhost" {}\ndata "gpuhost_pci_devices" "all" {\n${lines.join("")}}\n${ALL_OUTPUTS}`,
      { environment: environmentOf(pve) },
    );
    await workspace.init();
    const outputs = await workspace.apply();
    const expected = oracle(oracleCluster(pve), { ...arguments_ } as Parameters<typeof oracle>[1]);
    expect({ state: outputs }).toEqual({ state: "state" in expected ? expected.state : null });
  });

  it("shows a person the devices of a plan, and the warnings below", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "amd" {
  vendor_ids        = ["1002"]
  classes           = ["gpu"]
  nodes             = ["pve3", "pve4"]
  unreachable_nodes = "warn"
}
output "gpus" { value = { for gpu in data.gpuhost_pci_devices.amd.gpus : gpu.mapping_name => "\${gpu.path} \${gpu.id}" } }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    const { stdout } = await workspace.succeed(["plan"]);
    expect(stdout).toContain('+ gpu-pve3-03-00 = "0000:03:00 1002:73bf"');
    expect(stdout).toContain(`
Warning: Node Left Out

  with data.gpuhost_pci_devices.amd,
  on main.tf line 11, in data "gpuhost_pci_devices" "amd":
  11:   unreachable_nodes = "warn"

The results say nothing of what could not be read:
  - pve4: the cluster reports it as offline (GET /api2/json/nodes at ${pve9.endpoint})
Mind that mappings made with for_each for the devices of a node that is left
out would now be planned for destruction, and that its lines leave pools and
every mapping made with map = gpus.
`);
    expect(stdout).toContain(`
Warning: IOMMU Is Off

  with data.gpuhost_pci_devices.amd,
  on main.tf line 7, in data "gpuhost_pci_devices" "amd":
   7: data "gpuhost_pci_devices" "amd" {

On pve3 no device is in an IOMMU group: nothing can be passed through to a
guest there, and iommu_group is null. Switch the IOMMU on in the firmware of
the host (VT-d, AMD-Vi) and in its kernel, and restart it.
`);
  });

  it("gives the results that are wanted, says nothing of what is accepted, and selects mappings by kind", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "cards" {
  paths   = ["pve2/c1:00", "pve3/03:00"]
  accept  = ["live_virtual_functions", "iommu_off"]
  results = ["mappings"]
}
output "devices" { value = data.gpuhost_pci_devices.cards.devices == null }
output "guests" { value = [for name, it in data.gpuhost_pci_devices.cards.mappings : "\${it.node} \${name}" if it.kind != "pf"] }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    expect(await workspace.planDiagnostics()).toEqual([]);
    expect(await workspace.apply()).toEqual({
      devices: true,
      guests: ["pve2 gpu-pve2-c1-00-4", "pve2 gpu-pve2-c1-00-5", "pve3 gpu-pve3-03-00"],
    });
  });

  it("reads the types of a mapping whose name is only known after apply", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
resource "terraform_data" "mapping" { input = "igd-mdev" }
data "gpuhost_mdev_types" "later" {
  node    = "pve1"
  mapping = terraform_data.mapping.output
  path    = terraform_data.mapping.output == "" ? "00:02.0" : null
}
output "types" { value = data.gpuhost_mdev_types.later.types[*].type }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    expect(await workspace.validate()).toEqual([]);
    expect(await workspace.apply()).toEqual({ types: ["i915-GVTg_V5_4", "i915-GVTg_V5_8"] });
  });

  it("serves two aliases, each with its own cluster", async () => {
    const block = (alias: string, pve: PveStandIn) => `
provider "gpuhost" {
  alias     = "${alias}"
  endpoint  = "${pve.endpoint}"
  api_token = "${pve.tokens.discovery}"
  ca_file   = "${pve.caFile}"
}
data "gpuhost_pci_devices" "${alias}" {
  provider = gpuhost.${alias}
  nodes    = ["pve2"]
  paths    = ["c1:00.4"]
}
output "${alias}" { value = data.gpuhost_pci_devices.${alias}.devices[0] }
`;
    workspace = workspaceOf(block("nine", pve9) + block("seven", pve7));
    await workspace.init();
    const { nine, seven } = await workspace.apply();
    expect(nine).toMatchObject({ physical_function: "0000:c1:00.0", mdev: true });
    expect(seven).toMatchObject({ physical_function: null, mdev: false });
  });

  it("plans nothing when nothing has changed, and leaves nothing behind", async () => {
    workspace = workspaceOf(
      'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "all" { nodes = ["pve1"] }\noutput "all" { value = data.gpuhost_pci_devices.all }\n',
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    await workspace.apply();
    const again = await workspace.run(["plan", "-detailed-exitcode"]);
    expect(again.status).toBe(0);
    expect(workspace.temporaryFiles()).toEqual([]);
    expect(workspace.processes()).toEqual([]);
    await pve9.closedByClients();
  });

  it("is not asked for what is only known after apply until then", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
resource "terraform_data" "node" { input = "pve1" }
data "gpuhost_pci_devices" "later" {
  nodes   = [terraform_data.node.output]
  classes = ["gpu"]
}
output "count" { value = length(data.gpuhost_pci_devices.later.gpus) }
`,
      { environment: environmentOf(pve9) },
    );
    await workspace.init();
    const { stdout } = await workspace.succeed(["plan"]);
    expect(stdout).toContain("(config refers to values not yet known)");
    expect(await workspace.apply()).toEqual({ count: 4 });
  });
});

describe.runIf(hostHas("functions"))("the functions of the provider", () => {
  it("work without configuration and without a cluster", async () => {
    workspace = workspaceOf(`
output "path" { value = provider::gpuhost::path("C1:00.4") }
output "name" { value = provider::gpuhost::mapping_name("pve1", "10000:e1:00.0") }
output "nic"  { value = provider::gpuhost::mapping_name("pve1", "03:00.0", "nic") }
output "pci"  { value = provider::gpuhost::hostpci(["gpu-a", "gpu-b"]) }
output "i440" { value = provider::gpuhost::hostpci(["gpu-a"], { pcie = false }) }
output "none" { value = provider::gpuhost::hostpci(["gpu-a"], null) }
`);
    await workspace.init();
    expect(await workspace.apply()).toEqual({
      path: "0000:c1:00.4",
      name: "gpu-pve1-10000-e1-00",
      nic: "nic-pve1-03-00",
      pci: [
        { device: "hostpci0", mapping: "gpu-a", pcie: true, rombar: true, ...UNSET },
        { device: "hostpci1", mapping: "gpu-b", pcie: true, rombar: true, ...UNSET },
      ],
      i440: [{ device: "hostpci0", mapping: "gpu-a", pcie: false, rombar: true, ...UNSET }],
      none: [{ device: "hostpci0", mapping: "gpu-a", pcie: true, rombar: true, ...UNSET }],
    });
  });

  it.each([
    [
      'provider::gpuhost::path("pve1")',
      'Invalid value for "address" parameter: "pve1" is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.',
    ],
    ['provider::gpuhost::mapping_name("pve1", "03:00.0", "a", "b")', "at most"],
    ['provider::gpuhost::hostpci(["gpu-a"], { rom = true })', "rom"],
    [
      'provider::gpuhost::hostpci([for n in range(17) : format("gpu-%d", n)])',
      'Invalid value for "names" parameter: A VM takes at most 16 hostpci devices, and 17 mappings are named. Give some of them to another VM.',
    ],
  ])("say what is wrong with the argument in %s", async (call, message) => {
    workspace = workspaceOf(`output "bad" { value = ${call} }\n`);
    await workspace.init();
    const [diagnostic] = await workspace.validate();
    expect(diagnostic?.summary).toContain("function");
    expect(diagnostic?.detail).toContain(message);
  });
});

describe.runIf(hostHas("mocks"))("tofu test", () => {
  it("runs a module's tests against the provider, and against a mock of it", async () => {
    workspace = workspaceOf(
      `provider "gpuhost" {}
data "gpuhost_pci_devices" "rtx3090" {
  nodes      = ["pve1"]
  classes    = ["gpu"]
  name_regex = "RTX 3090\\\\]"
}
output "paths" { value = [for gpu in data.gpuhost_pci_devices.rtx3090.gpus : gpu.path] }
`,
      {
        environment: environmentOf(pve9),
        files: {
          "real.tftest.hcl": `run "finds_the_card" {
  command = plan
  assert {
    condition     = output.paths[0] == "0000:01:00"
    error_message = "not the card"
  }
}
`,
          "mock.tftest.hcl": `mock_provider "gpuhost" {
  override_data {
    target = data.gpuhost_pci_devices.rtx3090
    values = { gpus = [] }
  }
}
run "finds_none" {
  command = plan
  assert {
    condition     = length(output.paths) == 0
    error_message = "found one"
  }
}
`,
        },
      },
    );
    await workspace.init();
    const { stdout } = await workspace.succeed(["test"]);
    expect(stdout).toContain("Success! 2 passed, 0 failed.");
  });
});
