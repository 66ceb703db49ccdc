/** The complete examples with the real bpg/proxmox: what they make starts, plans to nothing, and goes without a trace. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { projectRoot } from "../../scripts/project.ts";
import { belongingsOf, failedTasks, heldDevices, runningGuests } from "../support/pve/belongings.ts";
import { nodeOf } from "../support/pve/cluster.ts";
import { startGuest, stopGuest } from "../support/pve/guest-start.ts";
import { readHardwareFile } from "../support/pve/hardware-file.ts";
import type { Json } from "../support/pve/json.ts";
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

const PRECONDITION = "Resource precondition failed";
const POSTCONDITION = "Resource postcondition failed";

/** What each example says of input that cannot be, where the error is not the provider's. */
const mistakes: readonly (readonly [
  string,
  string | null,
  Readonly<Record<string, Json>>,
  string,
  string,
])[] = [
  [
    "card-per-guest",
    "consumer-no-acs",
    { guests: { render: "gpu-desktop-04-00" } },
    PRECONDITION,
    "gpu-desktop-04-00 would take 0000:02:00.0, 0000:03:00.0 along.",
  ],
  [
    "identical-cards",
    "identical-cards",
    { guests: { render: "gpu-twin-1-10de-2204-3" } },
    POSTCONDITION,
    "There is no gpu-twin-1-10de-2204-3. There are: gpu-twin-1-10de-2204-0, gpu-twin-1-10de-2204-1, gpu-twin-1-10de-2204-2, gpu-twin-2-10de-2204-0.",
  ],
  [
    "whole-group",
    "consumer-no-acs",
    { guests: { render: "gpu-desktop-04-00" }, spare: ["desktop/0000:03:00.0"] },
    PRECONDITION,
    "gpu-desktop-04-00 would take more along than spare names: desktop/0000:02:00.0, desktop/0000:03:00.0.",
  ],
  [
    "vgpu",
    "mediated-devices",
    {
      guests: { office: { node: "mdev-host", mapping: "gpu-8086-3e92-mdev" } },
      mdev_types: { "gpu-8086-3e92-mdev": "nvidia-256" },
    },
    PRECONDITION,
    "gpu-8086-3e92-mdev on mdev-host offers i915-GVTg_V5_4, i915-GVTg_V5_8.",
  ],
  [
    "vgpu",
    "nvidia-vgpu-9.2",
    { guests: { office: { node: "plain", mapping: "gpu-10de-26b9-vf-mdev" } } },
    PRECONDITION,
    "There is no gpu-10de-26b9-vf-mdev on plain, but gpu-10de-1eb8-mdev on plain, gpu-10de-26b9-vf-mdev on vgpu.",
  ],
  [
    "pool-with-failover",
    "identical-cards",
    { guests: { render: { node: "twin-3", mapping: "gpu-10de-2204" } } },
    PRECONDITION,
    "twin-3 has no card of gpu-10de-2204.",
  ],
  [
    "virtual-functions",
    "sriov-9.2",
    { guests: { render: { node: "elsewhere", mapping: "gpu-8086-56c0-vf" } } },
    PRECONDITION,
    "elsewhere has no virtual function of gpu-8086-56c0-vf.",
  ],
  [
    "homelab-host",
    "consumer-no-acs",
    { vms: { desktop: { gpu: "RTX" } } },
    PRECONDITION,
    '2 cards of desktop fit "RTX", which has to be one. There are: Intel Corporation Raptor Lake-S GT1 [UHD Graphics 770], NVIDIA Corporation AD102 [GeForce RTX 4090], NVIDIA Corporation GA102 [GeForce RTX 3090].',
  ],
  [
    "homelab-host",
    "consumer-no-acs",
    { vms: { desktop: { gpu: "RTX 3090" } } },
    PRECONDITION,
    "0000:04:00 would take 0000:02:00.0, 0000:03:00.0 of the host along.",
  ],
  [
    "apu",
    "apu-slots",
    { guests: { desktop: "optiplex" } },
    PRECONDITION,
    "The GPU of optiplex would take 0000:04:00.2, 0000:04:00.3, 0000:04:00.4, 0000:04:00.6 of the host along.",
  ],
  [
    "intel-igpu-vfs",
    "consumer-no-acs",
    {},
    POSTCONDITION,
    "No node has virtual functions at 0000:00:02. On the host, with a driver that can make them: echo 7 > /sys/bus/pci/devices/0000:00:02.0/sriov_numvfs",
  ],
];

test.each(mistakes)("%s on %s with %j: %s: %s", async (example, hardware, variables, summary, message) => {
  const pve = await startCluster(hardware);
  const workspace = await openConfiguration(pve, exampleFiles(example), variables);
  const errors = (await workspace.planDiagnostics()).filter(({ severity }) => severity === "error");
  // Of like errors of several resources OpenTofu tells each.
  expect(new Set(errors.map(({ summary, detail }) => `${summary}: ${detail}`))).toStrictEqual(
    new Set([`${summary}: ${message}`]),
  );
});

test("a card that is gone fails the plan, and everything can be taken down all the same", async () => {
  const pve = await startCluster("identical-cards");
  const before = belongingsOf(pve.cluster);
  const guests = { render: "gpu-twin-2-01-00" };
  const workspace = await openConfiguration(pve, exampleFiles("card-per-guest"), { guests });
  await workspace.apply();
  nodeOf(pve.cluster, "twin-2").hardware = [];
  const errors = (await workspace.planDiagnostics()).filter(({ severity }) => severity === "error");
  expect(errors.map(({ summary, detail }) => `${summary}: ${detail}`)).toStrictEqual([
    `${POSTCONDITION}: There is no gpu-twin-2-01-00. There are: gpu-twin-1-01-00, gpu-twin-1-02-00, gpu-twin-1-03-00.`,
  ]);
  expect((await workspace.run(["destroy", "-auto-approve"])).status).toBe(1);
  await workspace.succeed(["destroy", "-auto-approve", "-refresh=false"]);
  expect(belongingsOf(pve.cluster)).toStrictEqual(before);
});

test("a card that moves changes its mapping in place, and no VM that asked for it by its name", async () => {
  const pve = await startCluster("consumer-no-acs");
  const workspace = await openConfiguration(pve, exampleFiles("homelab-host"));
  await workspace.apply();
  const host = nodeOf(pve.cluster, "desktop");
  host.hardware = host.hardware.map((device) => ({
    ...device,
    id: device.id.replace("0000:01:", "0000:07:"),
  }));
  const { output } = await workspace.succeed(["plan"]);
  expect(output).toContain("Plan: 0 to add, 1 to change, 0 to destroy.");
  expect(output).toContain('proxmox_hardware_mapping_pci.gpu["desktop"] will be updated in-place');
});

test("a guest that HA starts on another node stays there, and HA knows where it may go", async () => {
  const pve = await startCluster("identical-cards");
  // Only what lies on a storage that both nodes share can start on the other.
  pve.cluster.storages.set("ceph", {
    id: "ceph",
    type: "rbd",
    content: ["images"],
    shared: true,
    volumes: new Map(),
  });
  const workspace = await openConfiguration(pve, exampleFiles("pool-with-failover"), {
    guests: { render: { node: "twin-1", mapping: "gpu-10de-2204" } },
    datastore: "ceph",
  });
  await workspace.apply();
  const [[vmid, guest] = []] = pve.cluster.guests;
  const { resources, rules } = pve.cluster.highAvailability;
  expect([...resources.keys()]).toStrictEqual([`vm:${vmid}`]);
  expect(rules.get("gpu-10de-2204")).toMatchObject({
    resources: [`vm:${vmid}`],
    options: new Map([
      ["nodes", "twin-1,twin-2"],
      ["strict", "1"],
    ]),
  });

  if (guest === undefined) throw new Error("the example has made no VM");
  stopGuest(pve.cluster, guest);
  guest.node = "twin-2";
  startGuest(pve.cluster, guest);
  expect(heldDevices(pve.cluster)).toStrictEqual(["twin-2/0000:01:00.0", "twin-2/0000:01:00.1"]);

  const changes = (await workspace.plan())["resource_changes"];
  expect(changes).toStrictEqual(
    (changes as unknown[]).map(() =>
      expect.objectContaining({ change: expect.objectContaining({ actions: ["no-op"] }) }),
    ),
  );
  expect((await workspace.apply())["nodes"]).toStrictEqual({ render: "twin-2" });
  await workspace.succeed(["destroy", "-auto-approve"]);
  expect([...pve.cluster.guests, ...resources, ...rules]).toStrictEqual([]);
});

function titleOf({ example, hardware, variables }: Cycle): string {
  const values = variables === undefined ? "" : ` with ${JSON.stringify(variables)}`;
  return `${example} on ${hardware ?? "the recorded cluster"}${values}`;
}
