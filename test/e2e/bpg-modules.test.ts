/** The modules as their pages have them called, with the real bpg/proxmox: what they make starts, and plans to nothing. */
import { cpSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { belongingsOf, failedTasks, runningGuests } from "../support/pve/belongings.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import type { Json } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { bpg } from "../support/tofu/bpg.ts";
import { environmentOf, Workspace } from "../support/tofu/workspace.ts";

const blocks = (path: string): string[] =>
  codeBlocks(readProjectFile(path))
    .filter(({ language }) => language === "terraform")
    .map(({ text }) => text);

async function startCluster(hardware: string | null): Promise<PveStandIn> {
  const file = join(projectRoot, `test/fixtures/clusters/${hardware}.json`);
  const pve = await startPve(hardware === null ? {} : { source: readHardwareFile(file) });
  onTestFinished(() => pve.close());
  // The modules want every node to answer.
  pve.cluster.nodes.delete("pve4");
  return pve;
}

/** A configuration as a reader makes it: the blocks for the providers, what a module's page shows, the folders copied. */
async function asWritten(pve: PveStandIn, main: string): Promise<Workspace> {
  const workspace = new Workspace({
    executable: inject("tofu"),
    mirror: inject("mirror"),
    further: [bpg()],
    environment: environmentOf(pve, pve.tokens.mapper),
    files: { "providers.tf": blocks("examples/modules/README.md").join("\n"), "main.tf": main },
  });
  onTestFinished(() => workspace.remove());
  cpSync(join(projectRoot, "examples/modules"), join(workspace.directory, "modules"), { recursive: true });
  await workspace.init();
  return workspace;
}

const hostpci = (...mappings: readonly string[]): string[] =>
  mappings.map((mapping) => `mapping=${mapping},pcie=1,rombar=1,x-vga=0`);

test.each<[string, string | null, Json]>([
  ["gpu-mappings", null, {}],
  [
    "gpu-vm",
    null,
    {
      render: { node: "pve1", hostpci: hostpci("gpu-pve1-01-00") },
      "work-00": { node: "pve1", hostpci: hostpci("gpu-pve1-02-00") },
      "work-01": { node: "pve2", hostpci: hostpci("gpu-pve2-41-00", "gpu-pve2-81-00") },
    },
  ],
  [
    "gpu-workers",
    "identical-cards",
    Object.fromEntries(
      [1, 2, 3].map((number) => [
        `worker-${number}`,
        { node: "twin-1", hostpci: hostpci(`gpu-twin-1-0${number}-00`) },
      ]),
    ),
  ],
])("%s on %s is called as its page says", async (name, hardware, guests) => {
  const pve = await startCluster(hardware);
  const before = belongingsOf(pve.cluster);
  const workspace = await asWritten(pve, blocks(`examples/modules/${name}/README.md`).join("\n"));
  await workspace.apply();
  expect(runningGuests(pve.cluster)).toStrictEqual(guests);
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  await workspace.succeed(["destroy", "-auto-approve"]);
  expect(belongingsOf(pve.cluster)).toStrictEqual(before);
  expect(failedTasks(pve.cluster)).toStrictEqual([]);
});

test("gpu-mappings and gpu-vm say what there is when something is not", async () => {
  const pve = await startCluster("consumer-no-acs");
  const call = (gpu: string, node: string): string => `
module "gpus" {
  source = "./modules/gpu-mappings"
}

module "vm" {
  source    = "./modules/gpu-vm"
  name      = "render"
  node_name = "${node}"
  gpus      = ["${gpu}"]
  mappings  = module.gpus.mappings
}

output "left_out" {
  value = module.gpus.left_out
}
`;
  const workspace = await asWritten(pve, call("04:00", "desktop"));
  const errors = async (): Promise<string[]> =>
    (await workspace.planDiagnostics())
      .filter(({ severity }) => severity === "error")
      .map(({ detail }) => detail);
  expect(await errors()).toStrictEqual([
    "desktop has no mapped GPU 04:00. There are: gpu-desktop-00-02, gpu-desktop-01-00.",
  ]);
  workspace.write("main.tf", call("gpu-desktop-01-00", "elsewhere"));
  expect(await errors()).toStrictEqual(["gpu-desktop-01-00 has no card on elsewhere, but on desktop."]);
  workspace.write("main.tf", call("gpu-desktop-01-00", "desktop"));
  expect(await workspace.apply()).toStrictEqual({
    left_out: { "desktop/0000:04:00": "it is in one IOMMU group with 0000:02:00.0, 0000:03:00.0" },
  });
});
