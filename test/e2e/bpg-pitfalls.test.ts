/** What a user may get wrong: each is tried, and the guide quotes what is really said. */
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";
import { runningGuests } from "../support/pve/belongings.ts";
import { nodeOf } from "../support/pve/cluster.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, type StandInOptions, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { diagnosticsOf, flowingText } from "../support/tofu/diagnostics.ts";

const GUIDE = flowingText(readProjectFile("docs/guides/pitfalls.md"));

async function startCluster(options: StandInOptions = {}): Promise<PveStandIn> {
  const pve = await startPve(options);
  onTestFinished(() => pve.close());
  return pve;
}

/** A VM of the given number, on pve2 and q35 unless told otherwise. */
const vm = (name: string, id: number, mapping: string, more = ""): string => `
resource "proxmox_virtual_environment_vm" "${name}" {
  name            = "${name}"
  vm_id           = ${id}
  node_name       = "pve2"
  stop_on_destroy = true
  hostpci {
    device  = "hostpci0"
    mapping = ${mapping}
    pcie    = true
    rombar  = true
  }
${more}
}
`;

const mapping = (label: string, name: string): string => `
resource "proxmox_hardware_mapping_pci" "${label}" {
  name = "${name}"
  map  = data.gpuhost_pci_devices.a100.gpus
}
`;

const CARD = `
data "gpuhost_pci_devices" "a100" {
  nodes = ["pve2"]
  paths = ["81:00.0"]
}
`;

test("what Proxmox refuses, and what it starts with", async () => {
  const pve = await startCluster();
  const a100 = "proxmox_hardware_mapping_pci.a100.name";
  const workspace = await openConfiguration(pve, {
    "main.tf": [
      BOTH_PROVIDERS,
      CARD,
      mapping("a100", "a100"),
      mapping("refused", "3090"),
      mapping("taken", "gpu-ok"),
      vm("first", 201, a100, 'machine = "q35"'),
      vm("second", 202, a100, 'machine = "q35"\ndepends_on = [proxmox_virtual_environment_vm.first]'),
      vm("early", 203, '"not-yet"', 'machine = "q35"'),
      vm("i440fx", 204, '"gpu-ok"'),
      vm(
        "twice",
        206,
        '"gpu-ok"',
        'started = false\n hostpci {\n device = "hostpci0"\n mapping = "live-vf"\n rombar = true\n}',
      ),
      vm("forgetful", 205, '"gpu-ok"').replace(/ +(pcie|rombar).*\n/g, ""),
    ].join(""),
  });
  const run = await workspace.run(["apply", "-auto-approve", "-json"]);
  expect(run.status).toBe(1);

  const said = {
    "proxmox_virtual_environment_vm.second": "PCI device '0000:81:00.0' already in use by VMID '201'",
    "proxmox_virtual_environment_vm.early": "PCI device mapping not found for 'not-yet'",
    "proxmox_virtual_environment_vm.i440fx": "q35 machine model is not enabled",
    "proxmox_hardware_mapping_pci.refused": "invalid configuration ID '3090'",
    "proxmox_hardware_mapping_pci.taken": "pci ID 'gpu-ok' already defined",
  };
  const errors = diagnosticsOf(run).filter(({ severity }) => severity === "error");
  const details = Object.fromEntries(errors.map(({ address, detail }) => [address, detail]));
  expect(details).toStrictEqual(
    Object.fromEntries(
      Object.entries(said).map(([address, text]) => [address, expect.stringContaining(text) as string]),
    ),
  );
  for (const text of Object.values(said)) expect(GUIDE).toContain(text);

  expect(pve.cluster.guests.get(206)?.config.get("hostpci0")).toBe("mapping=live-vf,pcie=0,rombar=1,x-vga=0");
  expect(runningGuests(pve.cluster)).toStrictEqual({
    first: { node: "pve2", hostpci: ["mapping=a100,pcie=1,rombar=1,x-vga=0"] },
    forgetful: { node: "pve2", hostpci: ["mapping=gpu-ok,pcie=0,rombar=0,x-vga=0"] },
  });
});

test("two VMs on one card are named at plan time", async () => {
  const pve = await startCluster();
  const workspace = await openConfiguration(pve, {
    "main.tf": [
      BOTH_PROVIDERS,
      CARD.replace("paths", "include_usage = true\npaths"),
      mapping("a100", "a100"),
      vm("first", 201, "proxmox_hardware_mapping_pci.a100.name", "started = false"),
      vm("second", 202, "proxmox_hardware_mapping_pci.a100.name", "started = false"),
    ].join(""),
  });
  await workspace.succeed(["apply", "-auto-approve"]);
  const warnings = await workspace.planDiagnostics();
  expect(warnings.map(({ severity, summary }) => [severity, summary])).toStrictEqual([
    ["warning", "Guests Want the Same Device"],
  ]);
  expect(warnings[0]?.detail).toContain(
    "pve2 0000:81:00.0 (NVIDIA Corporation GA100 [A100 PCIe 40GB]): guest 201 (first) by hostpci0 through the mapping a100 and guest 202 (second) by hostpci0 through the mapping a100",
  );
  expect(GUIDE).toContain("Guests Want the Same Device");
});

test("names that clash, names that Proxmox would refuse, and more than sixteen devices fail before anything is made", async () => {
  const hardware = readHardwareFile(join(projectRoot, "test/fixtures/clusters/long-domains.json"));
  const [node] = hardware.nodes;
  const pve = await startCluster({
    source: {
      ...hardware,
      nodes: [...hardware.nodes, { ...node, node: "vmd-10000", status: "online" }],
      pci: { ...hardware.pci, "vmd-10000": hardware.pci["vmd"] ?? [] },
    },
  });
  const workspace = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" { classes = ["gpu"] }
`,
  });
  const [clash] = await workspace.planDiagnostics();
  expect(clash).toMatchObject({
    severity: "error",
    summary: "Mapping Names Clash",
    detail: expect.stringContaining(
      "gpu-vmd-10000-e1-00: vmd 10000:e1:00.0 and vmd-10000 0000:e1:00.0",
    ) as string,
  });

  workspace.write(
    "main.tf",
    `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" { mapping_prefix = "3090" }
output "refused" { value = provider::gpuhost::hostpci(["3090"]) }
output "many" { value = provider::gpuhost::hostpci([for number in range(17) : "gpu-\${number}"]) }
`,
  );
  const said = [
    '"3090" cannot begin the name of a Proxmox mapping',
    '"3090" cannot be the name of a Proxmox mapping',
    "A VM takes at most 16 hostpci devices, and 17 mappings are named.",
  ];
  const details = (await workspace.validate()).map(({ detail }) => detail);
  expect(details.toSorted()).toStrictEqual(said.map((text) => expect.stringContaining(text) as string));
  for (const text of ["Mapping Names Clash", "gpu-vmd-10000-e1-00", said[2]]) expect(GUIDE).toContain(text);
});

test("a node that is down fails the plan, unless it is left out with a warning and its mappings are destroyed", async () => {
  const pve = await startCluster();
  const files = (more: string, keys: string): Record<string, string> => ({
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" {
  classes = ["gpu"]
  ${more}
}
resource "proxmox_hardware_mapping_pci" "gpu" {
  for_each         = ${keys}
  name             = each.key
  mediated_devices = data.gpuhost_pci_devices.gpus.mappings[each.key].mediated_devices
  map              = data.gpuhost_pci_devices.gpus.mappings[each.key].map
}
`,
  });
  const discovered = "data.gpuhost_pci_devices.gpus.mappings";
  const named = 'toset(["gpu-pve1-01-00", "gpu-pve2-41-00"])';
  const both = 'nodes = ["pve1", "pve2"]';
  const workspace = await openConfiguration(pve, files(both, discovered));
  await workspace.apply();
  const pve2 = nodeOf(pve.cluster, "pve2");
  pve2.entry = { ...pve2.entry, status: "offline" };
  // Two of four members are left: the vote of a QDevice keeps their quorum.
  pve.cluster.quorate = true;

  const outcome = async (more: string, keys: string): Promise<string[]> => {
    for (const [name, content] of Object.entries(files(more, keys))) workspace.write(name, content);
    const { output } = await workspace.run(["plan"]);
    return [...output.matchAll(/^(?:Error|Warning): (.*)|^Plan: .*/gm)].map(
      ([whole, summary]) => summary ?? whole,
    );
  };
  expect(await outcome(both, discovered)).toStrictEqual(["Node Cannot Be Read"]);
  expect(await outcome(`${both}\nunreachable_nodes = "warn"`, discovered)).toStrictEqual([
    "Plan: 0 to add, 0 to change, 8 to destroy.",
    "Node Left Out",
  ]);
  expect(await outcome('nodes = ["pve1"]', discovered)).toContain(
    "Plan: 0 to add, 0 to change, 8 to destroy.",
  );
  expect(await outcome(`${both}\nunreachable_nodes = "warn"`, named)).toContain("Invalid index");
  for (const text of ["Node Cannot Be Read", "Node Left Out", "Invalid index"]) expect(GUIDE).toContain(text);
});

test("a member that is down and not named does not disturb", async () => {
  const pve = await startCluster();
  expect(nodeOf(pve.cluster, "pve4").entry.status).toBe("offline");
  const workspace = await openConfiguration(pve, {
    "main.tf": `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "gpus" { nodes = ["pve1", "pve2"] }
`,
  });
  expect((await workspace.planDiagnostics()).filter(({ severity }) => severity === "error")).toStrictEqual(
    [],
  );
});
