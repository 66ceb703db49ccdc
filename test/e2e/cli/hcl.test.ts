/** `inspect --hcl` planned by the real OpenTofu with the real bpg, and `inspect --json` beside the data source there. */
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, inject, test } from "vitest";
import { fixtureClusters } from "../../support/cli/clusters.ts";
import { environmentFor } from "../../support/cli/run.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import { BOTH_PROVIDERS, openConfiguration } from "../../support/tofu/bpg.ts";

const binary = inject("binary");

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
  // Reading all of it is an error for the data source, as on a real cluster.
  pve.cluster.nodes.delete("pve4");
});
afterEach(() => pve.close());

async function inspect(...args: readonly string[]): Promise<string> {
  const env = environmentFor(pve);
  const child = spawn(binary, ["inspect", ...args], { env, stdio: ["ignore", "pipe", "ignore"] });
  return await text(child.stdout);
}

test("imports what exists and changes nothing where it fits, adds the rest, and then has nothing to do", async () => {
  const fitting = new Set(["gpu-ok", "igd-mdev"]);
  for (const name of pve.cluster.mappings.keys()) if (!fitting.has(name)) pve.cluster.mappings.delete(name);
  const odd = pve.cluster.mappings.get("gpu-ok");
  if (odd !== undefined) odd.description = 'a "card" \\ 50% of \u0024{all}, $\u0024{two} %{if}';
  const hcl = await inspect("--hcl");
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS, "gpus.tf": hcl });
  await workspace.succeed(["fmt", "-check", "-diff"]);
  const adds = hcl.match(/^resource /gm)?.length ?? 0;
  const planned = await workspace.succeed(["plan", "-out=plan.bin"]);
  expect(planned.output).toContain(`Plan: 2 to import, ${adds - 2} to add, 0 to change, 0 to destroy.`);
  await workspace.succeed(["apply", "plan.bin"]);
  expect((await workspace.succeed(["plan"])).output).toContain("No changes.");
  const again = await inspect("--hcl");
  expect(again.match(/^import /gm)).toHaveLength(adds);
  expect(again.match(/^resource /gm)).toHaveLength(adds);
  expect(pve.cluster.mappings.size).toBe(adds);
});

test("what has drifted is planned to be repaired, and bpg takes every line that is written", async () => {
  const hcl = await inspect("--hcl");
  const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS, "gpus.tf": hcl });
  const imports = hcl.match(/^import /gm)?.length ?? 0;
  const { output } = await workspace.succeed(["plan"]);
  expect(output).toMatch(
    new RegExp(`Plan: ${imports} to import, \\d+ to add, \\d+ to change, 0 to destroy\\.`),
  );
});

test.for(fixtureClusters().filter(([, { mappings }]) => (mappings ?? []).length > 0))(
  "%s: bpg plans it",
  async ([, source]) => {
    await pve.close();
    pve = await startPve({ source });
    if ([...pve.cluster.nodes.values()].some(({ entry }) => entry.status === "offline")) return;
    const hcl = await inspect("--hcl", "--all");
    const workspace = await openConfiguration(pve, { "main.tf": BOTH_PROVIDERS, "gpus.tf": hcl });
    const imports = hcl.match(/^import /gm)?.length ?? 0;
    const { output } = await workspace.succeed(["plan"]);
    expect(output).toMatch(imports === 0 ? /Plan: |No changes/ : new RegExp(`${imports} to import`));
    expect(output).not.toMatch(/[1-9]\d* to destroy/);
  },
);

test("JSON has the values that OpenTofu has of the data source", async () => {
  const results = ["devices", "gpus", "by_node", "mappings", "pools"];
  const source = `${BOTH_PROVIDERS}
data "gpuhost_pci_devices" "all" {
  unreachable_nodes = "warn"
  include_usage     = true
}
${results.map((name) => `output "${name}" {\n  value = data.gpuhost_pci_devices.all.${name}\n}\n`).join("\n")}`;
  const workspace = await openConfiguration(pve, { "main.tf": source });
  const outputs = await workspace.apply();
  const { devices, gpus, by_node, mappings, pools } = JSON.parse(
    await inspect("--all", "--json", "--usage"),
  ) as typeof outputs;
  expect({ devices, gpus, by_node, mappings, pools }).toEqual(outputs);
});
