/** The complete examples with the real bpg/proxmox: what they make starts, plans to nothing, and goes without a trace. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { belongingsOf, failedTasks, heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import { type PveStandIn, startPve } from "../support/pve/stand-in.ts";
import { exampleFiles, openConfiguration } from "../support/tofu/bpg.ts";
import { type Cycle, cycles } from "./bpg-cycles.ts";

async function startCluster(hardware: string | null): Promise<PveStandIn> {
  const file = join(projectRoot, `test/fixtures/clusters/${hardware}.json`);
  const pve = await startPve(hardware === null ? {} : { source: readHardwareFile(file) });
  onTestFinished(() => pve.close());
  return pve;
}

test("every complete example goes through a cycle", () => {
  const folders = readdirSync(join(projectRoot, "examples/complete"), { withFileTypes: true });
  const examples = folders.filter((entry) => entry.isDirectory()).map(({ name }) => name);
  expect(new Set(cycles.map(({ example }) => example))).toStrictEqual(new Set(examples));
});

test.each(cycles.map((cycle) => [titleOf(cycle), cycle] as const))(
  "%s: the VMs start, a second plan is empty, nothing is left",
  async (_, { example, hardware, variables, guests, devices }) => {
    const pve = await startCluster(hardware);
    const before = belongingsOf(pve.cluster);
    const workspace = await openConfiguration(pve, exampleFiles(example), variables);

    await workspace.apply();
    expect(runningGuests(pve.cluster)).toStrictEqual(guests);
    expect(heldDevices(pve.cluster)).toStrictEqual(devices);

    const again = await workspace.run(["plan", "-detailed-exitcode"]);
    expect(again).toMatchObject({ status: 0 });

    await workspace.succeed(["destroy", "-auto-approve"]);
    expect(belongingsOf(pve.cluster)).toStrictEqual(before);
    expect(failedTasks(pve.cluster)).toStrictEqual([]);
  },
);

test.each([
  [
    "card-per-guest",
    "consumer-no-acs",
    { guests: { render: "gpu-desktop-04-00" } },
    "gpu-desktop-04-00 would take 0000:02:00.0, 0000:03:00.0 along.",
  ],
  [
    "whole-group",
    "consumer-no-acs",
    { guests: { render: "gpu-desktop-04-00" }, spare: ["desktop/0000:03:00.0"] },
    "gpu-desktop-04-00 would take more along than spare names: desktop/0000:02:00.0, desktop/0000:03:00.0.",
  ],
  [
    "mediated-devices",
    "mediated-devices",
    { guests: { office: "gpu-mdev-host-00-02" }, mdev_types: { "gpu-mdev-host-00-02": "nvidia-256" } },
    "gpu-mdev-host-00-02 offers i915-GVTg_V5_4, i915-GVTg_V5_8.",
  ],
  [
    "pool",
    "release-8.4",
    { guests: { render: { node: "10g-host", mapping: "gpu-10de-2204" } } },
    "10g-host has no card of gpu-10de-2204.",
  ],
  [
    "virtual-functions",
    "sriov-9.2",
    { guests: { render: { node: "elsewhere", mapping: "gpu-8086-56c0-vf" } } },
    "elsewhere has no virtual function of gpu-8086-56c0-vf.",
  ],
])("%s on %s with %j fails the plan: %s", async (example, hardware, variables, message) => {
  const pve = await startCluster(hardware);
  const workspace = await openConfiguration(pve, exampleFiles(example), variables);
  const errors = (await workspace.planDiagnostics()).filter(({ severity }) => severity === "error");
  expect(errors).toStrictEqual([
    expect.objectContaining({ summary: "Resource precondition failed", detail: message }),
  ]);
});

function titleOf({ example, hardware, variables }: Cycle): string {
  const values = variables === undefined ? "" : ` with ${JSON.stringify(variables)}`;
  return `${example} on ${hardware ?? "the recorded cluster"}${values}`;
}
