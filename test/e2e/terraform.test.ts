/** Terraform, where there is one: the same binary under HashiCorp's host. */
import { afterAll, afterEach, beforeAll, describe, expect, inject, it } from "vitest";
import { executablesOnPath } from "../../scripts/tools/on-path.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { Example, testedExamples } from "../support/tofu/example.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import { environmentOf, type Workspace } from "../support/tofu/workspace.ts";

const [terraform] = executablesOnPath("terraform");

let pve: PveStandIn;
let workspace: Workspace | undefined;

beforeAll(async () => {
  pve = await startPve();
});
afterAll(async () => {
  await pve.close();
});
afterEach(() => {
  workspace?.remove();
});

const tests: readonly (readonly [string, (executable: string) => Promise<void>])[] = [
  [
    "reads the GPUs of a node and calls the functions",
    async (executable) => {
      workspace = workspaceOf(
        `provider "gpuhost" {}
data "gpuhost_pci_devices" "gpus" {
  nodes   = ["pve1"]
  classes = ["gpu"]
}
output "names" { value = keys(data.gpuhost_pci_devices.gpus.mappings) }
output "pci" { value = provider::gpuhost::hostpci(["gpu-a"])[0].device }
`,
        { executable, environment: environmentOf(pve) },
      );
      await workspace.init();
      expect(await workspace.apply()).toEqual({
        names: ["gpu-pve1-00-02", "gpu-pve1-01-00", "gpu-pve1-02-00", "gpu-pve1-05-00"],
        pci: "hostpci0",
      });
    },
  ],
  [
    "points at the argument that is wrong",
    async (executable) => {
      workspace = workspaceOf('data "gpuhost_pci_devices" "all" {\n  classes = ["gpus"]\n}\n', {
        executable,
      });
      await workspace.init();
      const [diagnostic] = await workspace.validate();
      expect(diagnostic?.snippet?.code).toBe('  classes = ["gpus"]');
    },
  ],
  [
    "ends a read that is interrupted",
    async (executable) => {
      const slow = await startPve();
      slow.faults.add({ kind: "hang" }, { path: /hardware/ });
      workspace = workspaceOf(
        'provider "gpuhost" {}\ndata "gpuhost_pci_devices" "all" {\n  nodes = ["pve1"]\n}\n',
        {
          executable,
          environment: environmentOf(slow),
        },
      );
      await workspace.init();
      const plan = workspace.start(["plan"]);
      await slow.requests.waitFor(({ path }) => path.endsWith("/hardware/pci"));
      plan.interrupt();
      expect((await plan.done).output).toContain("Operation Cancelled");
      expect(workspace.processes()).toEqual([]);
      await slow.close();
    },
  ],
];

const modules = testedExamples("modules").map(([name, count]): (typeof tests)[number] => [
  `runs the tests of the module ${name}`,
  async (executable) => {
    const example = new Example(`modules/${name}`, {
      executable,
      mirror: inject("mirror"),
      // An address without a host is on Terraform's own registry.
      further: [bpg("terraform")],
    });
    workspace = example.workspace;
    await example.succeed("init", "-no-color");
    expect((await example.run("test", "-no-color")).output).toContain(`Success! ${count} passed, 0 failed.`);
  },
]);

if (terraform === null)
  console.log(`terraform is not on the PATH: ${tests.length + modules.length} tests are left out`);

describe("terraform", () => {
  it.runIf(terraform !== undefined).each([...tests, ...modules])("%s", (_name, run) => run(terraform ?? ""));
});
