/** `assign` as configurations call it: whatever OpenTofu makes of the lists and maps that people write. */
import fc from "fast-check";
import { beforeEach, describe, expect, onTestFinished, test } from "vitest";
import { callArbitrary } from "../support/assign/arbitrary.ts";
import { reading } from "../support/assign/reading.ts";
import { flowingText } from "../support/tofu/diagnostics.ts";
import { workspaceOf } from "../support/tofu/gpuhost.ts";
import type { Workspace } from "../support/tofu/workspace.ts";

/** Elements of `gpus` with attributes beyond those that are read. */
const LOCALS = `
variable "options" {
  type = object({
    nodes         = optional(map(string))
    shared_groups = optional(bool)
  })
  default = null
}
locals {
  unit = { functions = [], name = null, mdev = false, subsystem_id = "1462:3884", kind = "card", isolated = true, used_by = [] }
  user = { vmid = 101, type = "qemu", node = "pve1", name = "w1", running = true, template = false, hostpci = "hostpci0", mapping = null, pending = false }
  one  = merge(local.unit, { mapping_name = "gpu-pve1-01-00", node = "pve1", path = "0000:01:00", iommu_groups = [1] })
  two  = merge(local.unit, { mapping_name = "gpu-pve1-02-00", node = "pve1", path = "0000:02:00", iommu_groups = [2], used_by = [local.user], mdev = null })
  dark = merge(local.unit, { mapping_name = "gpu-pve2-01-00", node = "pve2", path = "0000:01:00", iommu_groups = [], isolated = null, used_by = null })
  typed = tolist([
    { mapping_name = "gpu-pve1-03-00", node = "pve1", path = "0000:03:00.0", kind = "vf", isolated = true, iommu_groups = tolist([3]), used_by = tolist([{ vmid = 7, name = "x", template = false }]) },
  ])
}
resource "terraform_data" "later" {
  input = "card"
}
`;

let workspace: Workspace;
beforeEach(() => {
  workspace = workspaceOf(LOCALS);
  onTestFinished(() => workspace.remove());
});

const output = (call: string): string =>
  `output "value" {\n  value = provider::gpuhost::assign(${call})\n}\n`;
const W1 = { value: { w1: { node: "pve1", mappings: ["gpu-pve1-02-00"] } } };

test("it takes tuples, lists, sets and what is made of them", async () => {
  const calls = {
    tuple: "[local.one, local.two, local.dark], { w1 = 1 }",
    list: "tolist([local.two]), { w1 = 1 }",
    set: "toset([local.two]), { w1 = 1 }",
    filtered: "[for unit in [local.one, local.two, local.dark] : unit if unit.used_by != null], { w1 = 1 }",
    joined: "concat([local.one, local.two], local.typed), { w1 = 1 }",
    twice: "concat([local.one, local.two], [local.two]), { w1 = 1 }",
    counted:
      'local.typed, { for name in toset(["w1"]) : name => 0 }, { shared_groups = null, nodes = { w1 = "pve1" } }',
    text: '[local.one, local.two], { w1 = "1" }, {}',
    nothing: "[], {}, { nodes = {} }",
    optional: "[local.one, local.two], { w1 = 1 }, var.options",
  };
  workspace.write(
    "calls.tf",
    Object.entries(calls)
      .map(([name, call]) => output(call).replace('"value"', `"${name}"`))
      .join(""),
  );
  await workspace.init();
  const same = W1.value;
  expect(await workspace.apply()).toStrictEqual({
    tuple: same,
    list: same,
    set: same,
    filtered: same,
    joined: same,
    twice: same,
    counted: { w1: { node: "pve1", mappings: [] } },
    text: same,
    nothing: {},
    optional: same,
  });
});

test("it is not known while a unit or a number is not, and known after the apply", async () => {
  workspace.write(
    "calls.tf",
    output("[local.two, merge(local.one, { kind = terraform_data.later.output })], { w1 = 1 }"),
  );
  await workspace.init();
  const { output: plan } = await workspace.succeed(["plan"]);
  expect(plan).toContain("+ value = (known after apply)");
  expect(await workspace.apply()).toStrictEqual(W1);
});

test("random requests get what the second reading gives, through OpenTofu and back", async () => {
  const calls = fc.sample(callArbitrary, { numRuns: 200, seed: 1 });
  workspace.write("calls.json", JSON.stringify(calls));
  workspace.write(
    "calls.tf",
    `output "value" {
  value = [
    for call in jsondecode(file("calls.json")) : try(provider::gpuhost::assign(
      call.units, call.guests, { nodes = call.nodes, shared_groups = call.sharedGroups }
    ), "refused")
  ]
}
`,
  );
  await workspace.init();
  const expected = calls
    .map((call) => reading(call))
    .map((one) => (typeof one === "string" ? "refused" : one));
  expect(expected.filter((one) => one === "refused").length).toBeGreaterThan(20);
  expect(await workspace.apply()).toStrictEqual({ value: expected });
});

describe("it refuses", () => {
  test.each([
    ["null for the units", "null, { w1 = 1 }", "argument must not be null"],
    ["null for the guests", "[local.one], null", "argument must not be null"],
    [
      "a unit that is null",
      "[local.one, null], { w1 = 1 }",
      "units[1] is null. Leave it out, or give it a value.",
    ],
    [
      "a number that is null",
      "[local.one], { w1 = null }",
      'guests["w1"] is null. Leave it out, or give it a value.',
    ],
    ["half a unit", "[local.one], { w1 = 0.5 }", 'guests["w1"] is 0.5, and must be a whole number.'],
    ["less than nothing", "[local.one], { w1 = -1 }", 'guests["w1"] is -1, and must be at least 0.'],
    ["usage that was not read", "[local.dark], { w1 = 1 }", "Read them with include_usage = true"],
    [
      "an option that there is not",
      "[local.one], { w1 = 1 }, { spread = true }",
      'options has no option "spread". Its options are nodes, shared_groups.',
    ],
    [
      "nodes that are no map",
      '[local.one], { w1 = 1 }, { nodes = ["pve1"] }',
      "options.nodes must be a map.",
    ],
    ["what is no element of gpus", '[{ path = "01:00" }], { w1 = 1 }', "attributes"],
    ["two options", "[local.one], { w1 = 1 }, {}, {}", "assign takes at most 3 arguments, and got 4."],
  ])("%s", async (_what, call, message) => {
    workspace.write("calls.tf", output(call));
    await workspace.init();
    const run = await workspace.run(["plan"]);
    expect(run.status).toBe(1);
    expect(flowingText(run.output)).toContain(message);
  });
});
