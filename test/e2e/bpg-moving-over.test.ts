/** The hand-written shape: the same with the data source in place of the table plans exactly the same. */
import { afterEach, beforeEach, expect, test } from "vitest";
import { readProjectFile } from "../support/documentation.ts";
import { codeBlocks } from "../support/markdown.ts";
import { runningGuests } from "../support/pve/belongings.ts";
import { isJsonObject, type JsonObject } from "../support/pve/json.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { bpg, exampleFiles, openConfiguration } from "../support/tofu/bpg.ts";

const BY_HAND = exampleFiles("talos-gpu-nodes-by-hand");
const READ = exampleFiles("talos-gpu-nodes");

let pve: PveStandIn;
beforeEach(async () => {
  pve = await startPve();
});
afterEach(() => pve.close());

/** The lines that one text has and the other lacks, as `diff` marks them. */
function changedLines(before: string, after: string): string[] {
  const [old, young] = [before.split("\n"), after.split("\n")];
  const removed = old.filter((line) => !young.includes(line)).map((line) => `-${line}`);
  return [...removed, ...young.filter((line) => !old.includes(line)).map((line) => `+${line}`)];
}

/** The changes of a plan to what bpg/proxmox makes, in the order of their addresses. */
function proxmoxChanges(plan: JsonObject): JsonObject[] {
  const changes = plan["resource_changes"];
  if (!Array.isArray(changes)) throw new Error("the plan has no changes");
  return changes
    .filter(isJsonObject)
    .filter(({ provider_name: name }) => name === bpg().address)
    .toSorted((left, right) => (String(left["address"]) < String(right["address"]) ? -1 : 1));
}

test("one line of main.tf differs, and the guide shows it", () => {
  const lines = changedLines(BY_HAND["main.tf"] ?? "", READ["main.tf"] ?? "");
  expect(lines).toStrictEqual([
    "-        meta = local.gpu_device_meta[bdf]",
    "+        meta = data.gpuhost_pci_devices.gpus.by_node[node_cfg.host_node][bdf]",
  ]);
  const diffs = codeBlocks(readProjectFile("docs/guides/moving-over.md")).filter(
    ({ language }) => language === "diff",
  );
  expect(diffs[0]?.text.trimEnd().split("\n")).toStrictEqual(lines);
  for (const file of ["variables.tf", "outputs.tf"]) expect(READ[file]).toBe(BY_HAND[file]);
  expect(Object.keys(READ)).toStrictEqual(Object.keys(BY_HAND));
});

test("what the guide adds to a configuration is valid there", async () => {
  const [provider = "", source = ""] = codeBlocks(readProjectFile("docs/guides/moving-over.md"))
    .filter(({ language }) => language === "hcl")
    .map(({ text }) => text);
  const nodes = 'variable "nodes" {\n  type = map(object({ host_node = string }))\n}\n';
  const files = {
    "versions.tf": `terraform {\n  required_providers {\n${provider}  }\n}\n`,
    "gpus.tf": source + nodes,
  };
  const workspace = await openConfiguration(pve, files, { nodes: { work: { host_node: "pve1" } } });
  expect(await workspace.run(["plan"])).toMatchObject({ status: 0 });
});

test("both plan exactly the same changes of Proxmox", async () => {
  const [byHand, read] = await Promise.all(
    [BY_HAND, READ].map(async (files) => (await openConfiguration(pve, files)).plan()),
  );
  const changes = proxmoxChanges(byHand ?? {});
  expect(changes).toHaveLength(9);
  expect(proxmoxChanges(read ?? {})).toStrictEqual(changes);
});

test("who moves over has nothing to apply", async () => {
  const workspace = await openConfiguration(pve, BY_HAND);
  await workspace.apply();
  const before = runningGuests(pve.cluster);
  for (const [name, content] of Object.entries(READ)) workspace.write(name, content);
  await workspace.init();
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  expect(runningGuests(pve.cluster)).toStrictEqual(before);
});

test("the resource's old name is moved to the new one as the guide has it, and nothing changes", async () => {
  const guide = codeBlocks(readProjectFile("docs/guides/moving-over.md"));
  const [removed = "", added = ""] =
    guide
      .filter(({ language }) => language === "diff")[1]
      ?.text.trimEnd()
      .split("\n") ?? [];
  const moved = guide.find(({ text }) => text.startsWith("moved {"))?.text ?? "";
  const [before, after] = [removed, added].map((line) => line.slice(1));
  const whole = Object.entries(READ);
  const old = Object.fromEntries(
    whole.map(([name, text]) => [
      name,
      text.replaceAll("proxmox_hardware_mapping_pci", "proxmox_virtual_environment_hardware_mapping_pci"),
    ]),
  );
  expect(Object.values(old).join("\n")).toContain(before);
  expect(Object.values(READ).join("\n")).toContain(after);

  const workspace = await openConfiguration(pve, old);
  const made = await workspace.run(["apply", "-auto-approve"]);
  expect(made).toMatchObject({ status: 0 });
  expect(made.output).toContain("proxmox_virtual_environment_hardware_mapping_pci");
  const running = runningGuests(pve.cluster);
  const mappings = [...pve.cluster.mappings.keys()];

  for (const [name, text] of whole) workspace.write(name, text);
  workspace.write("moved.tf", moved);
  const { output } = await workspace.succeed(["plan"]);
  expect(output).toContain("Plan: 0 to add, 0 to change, 0 to destroy.");
  expect(output.match(/has moved to/g)?.length).toBe(
    (await workspace.run(["state", "list"])).stdout.match(/mapping_pci/g)?.length,
  );
  await workspace.succeed(["apply", "-auto-approve"]);
  expect(await workspace.run(["plan", "-detailed-exitcode"])).toMatchObject({ status: 0 });
  expect(runningGuests(pve.cluster)).toStrictEqual(running);
  expect([...pve.cluster.mappings.keys()]).toStrictEqual(mappings);
});

test.each([
  [
    "0000:09:00.0",
    "There is no GPU at pve1 0000:09:00.0. Addresses are written in full and in lower case, such as 0000:03:00.0.",
  ],
  [
    "0000:00:02.0",
    "One of the gpu_devices offers mediated devices: its mapping needs mediated_devices = true.",
  ],
])("the plan fails for %s, which no VM would start with", async (address, message) => {
  const nodes = { work: { host_node: "pve1", machine_type: "worker", gpu_devices: [address] } };
  const workspace = await openConfiguration(pve, READ, { nodes });
  expect(await workspace.planDiagnostics()).toStrictEqual([
    expect.objectContaining({ summary: "Resource postcondition failed", detail: message }),
  ]);
});
