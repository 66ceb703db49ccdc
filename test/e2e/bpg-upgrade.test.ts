/** What 0.2 does otherwise than 0.1.0, as the guide for the upgrade tells it. */
import { expect, onTestFinished, test } from "vitest";
import { readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../support/tofu/bpg.ts";
import { diagnosticsOf, flowingText } from "../support/tofu/diagnostics.ts";

const PATH = "docs/guides/upgrade-0.2.md";
const GUIDE = flowingText(readProjectFile(PATH));

async function startCluster(name: string): Promise<PveStandIn> {
  const source = readHardwareFile(new URL(`../fixtures/clusters/${name}.json`, import.meta.url));
  const pve = await startPve({ source });
  onTestFinished(() => pve.close());
  return pve;
}

/** The block of the guide in which a text stands. */
function block(text: string): string {
  const found = codeBlocks(readProjectFile(PATH)).find((one) => one.text.includes(text));
  if (found === undefined) throw new Error(`${PATH} has no block with ${text}`);
  return found.text;
}

/** What the plan would do, in OpenTofu's words: "Plan: 1 to add …", and each mapping that it would destroy. */
function planned(output: string): string[] {
  return output.match(/^Plan: .*|^No changes\.|(?<=# ).* will be destroyed/gm) ?? [];
}

const KEPT = "gpu-1002-744c";
/** The pool as 0.1.0 made it: cards of both models under one name. */
const OLD_POOL = `${BOTH_PROVIDERS}
resource "proxmox_hardware_mapping_pci" "pool" {
  for_each = toset(["${KEPT}"])
  name     = each.key
  comment  = "Advanced Micro Devices, Inc. [AMD/ATI] Navi 31 [Radeon RX 7900 XT/7900 XTX]"
  map = [
    { node = "pve1", path = "0000:03:00.0", id = "1002:744c", subsystem_id = "1002:0e3b", iommu_group = 20 },
    { node = "pve2", path = "0000:03:00.0", id = "1002:744c", subsystem_id = "1eae:7905", iommu_group = 21 },
  ]
}
`;

test("a pool of models that share an id keeps its name where the guide's configuration says so", async () => {
  const pve = await startCluster("shared-ids");
  const workspace = await openConfiguration(pve, { "main.tf": OLD_POOL });
  await workspace.apply();

  const guide = block("kept = {");
  const plain = guide.replace(
    "for_each         = local.pools",
    "for_each = data.gpuhost_pci_devices.gpus.pools",
  );
  expect(plain).not.toBe(guide);
  workspace.write("main.tf", `${BOTH_PROVIDERS}${plain}`);
  expect(planned((await workspace.run(["plan"])).output)).toStrictEqual([
    `proxmox_hardware_mapping_pci.pool["${KEPT}"] will be destroyed`,
    "Plan: 8 to add, 0 to change, 1 to destroy.",
  ]);

  workspace.write("main.tf", `${BOTH_PROVIDERS}${guide}`);
  expect(planned((await workspace.run(["plan"])).output)).toStrictEqual([
    "Plan: 8 to add, 0 to change, 0 to destroy.",
  ]);
  const before = pve.cluster.mappings.get(KEPT)?.map;
  await workspace.apply();
  expect(pve.cluster.mappings.get(KEPT)?.map).toStrictEqual(before);
  expect(planned((await workspace.run(["plan"])).output)).toStrictEqual(["No changes."]);

  const later = guide.replace(/kept = \{[\s\S]*?\n {2}\}/, "kept = {}");
  expect(later).not.toBe(guide);
  workspace.write("main.tf", `${BOTH_PROVIDERS}${later}`);
  expect(planned((await workspace.run(["plan"])).output)).toStrictEqual([
    `proxmox_hardware_mapping_pci.pool["${KEPT}"] will be destroyed`,
    "Plan: 0 to add, 0 to change, 1 to destroy.",
  ]);
});

test("a mapping cannot be renamed: the plan is fine and the apply fails with what the guide says", async () => {
  const pve = await startCluster("shared-ids");
  const workspace = await openConfiguration(pve, { "main.tf": OLD_POOL });
  await workspace.apply();
  workspace.write("main.tf", OLD_POOL.replace("name     = each.key", 'name = "other"'));
  expect(planned((await workspace.run(["plan"])).output)).toStrictEqual([
    "Plan: 0 to add, 1 to change, 0 to destroy.",
  ]);
  const run = await workspace.run(["apply", "-auto-approve", "-json"]);
  expect(run.status).toBe(1);
  const errors = diagnosticsOf(run).filter(({ severity }) => severity === "error");
  expect(errors.map(({ detail }) => detail)).toStrictEqual([
    expect.stringContaining("pci ID 'other' does not exist"),
  ]);
  expect(GUIDE).toContain("pci ID 'NEW' does not exist");
  expect([...pve.cluster.mappings.keys()]).toStrictEqual([KEPT]);
});

test("devices of which nobody can say who uses them are not free, and the guide's outputs take them", async () => {
  const pve = await startPve();
  onTestFinished(() => pve.close());
  pve.cluster.nodes.delete("pve4");
  const outputs = block("include_usage = true");
  const read = (token: string, configuration: string) =>
    openConfiguration(pve, { "main.tf": `${BOTH_PROVIDERS}${configuration}` }, {}, token);

  const seen = await read(pve.tokens.auditor, outputs);
  expect(await seen.apply()).toMatchObject({
    free: expect.arrayContaining(["gpu-pve1-02-00", "gpu-pve2-81-00"]),
    users: { "gpu-pve1-00-02": [101], "gpu-pve1-02-00": [] },
  });

  const { discovery } = pve.tokens;
  const hidden = await read(discovery, outputs);
  expect(await hidden.apply()).toMatchObject({
    free: [],
    users: { "gpu-pve1-00-02": null, "gpu-pve1-02-00": null },
  });
  for (const [now, before, summary, said] of [
    [
      "try(length(unit.used_by) == 0, false)",
      "length(unit.used_by) == 0",
      "Invalid function argument",
      "argument must not be null",
    ],
    [
      "try([for guest in unit.used_by : guest.vmid], null)",
      "[for guest in unit.used_by : guest.vmid]",
      "Iteration over null value",
      "Iteration over null value",
    ],
  ] as const) {
    expect(outputs).toContain(now);
    expect(GUIDE).toContain(said);
    const old = await read(discovery, outputs.replace(now, before));
    const errors = (await old.planDiagnostics()).filter(({ severity }) => severity === "error");
    expect(new Set(errors.map((error) => error.summary))).toStrictEqual(new Set([summary]));
  }
});
