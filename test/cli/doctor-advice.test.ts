/** What `doctor` advises is done to the letter, by Proxmox's own rules, and the check is right from then on. */
import { afterEach, expect, test } from "vitest";
import { closeAll, doctor, gpu, guest, host, LINE, sound, started } from "../support/cli/doctor.ts";
import { followAdvice } from "../support/cli/pvesh.ts";
import { hardwareOf, pciFunction, withOffline } from "../support/provider/hardware.ts";
import type { GuestRecord } from "../support/pve/hardware-guests.ts";

afterEach(closeAll);

test.for<readonly [string, object]>([
  ["a machine that is not q35", { machine: "viommu=virtio" }],
  ["a device twice", { hostpci1: "mapping=rtx" }],
  ["ballooning", { memory: "8192", balloon: 2048 }],
  ["hotplugged memory", { hotplug: "disk,network,memory", numa: 1 }],
  ["hotplugged memory alone, without NUMA", { hotplug: "memory" }],
])("%s", async ([, more]) => {
  const pve = await started(host({ mappings: [LINE], guests: [guest(101, more as GuestRecord)] }));
  const [told] = (await doctor(pve)).of("guests");
  expect(told?.status).not.toBe("ok");
  await followAdvice(pve, told?.fix ?? null);
  expect((await doctor(pve)).of("guests")).toMatchObject([{ subject: "101", status: "ok" }]);
});

test.for<readonly [string, readonly string[]]>([
  ["a group that differs", [LINE.replace("14", "15")]],
  ["letters and a subsystem that are not there", ["id=10DE:2204,iommugroup=14,node=pve1,path=0000:01:00"]],
  ["a comment with everything in it", [`${LINE.replace("14", "15")},description=it%27s 50%25 %22of%22 it`]],
  ["lines of two nodes", [LINE.replace("14", "9"), LINE.replace("pve1", "pve2").replace("14", "8")]],
])("a mapping with %s", async ([, lines]) => {
  const source = {
    ...hardwareOf({ pve1: [gpu, sound], pve2: [gpu, sound] }),
    mappings: [{ id: "rtx", type: "pci", map: [...lines], description: "kept" }],
  };
  const pve = await started(source);
  const [told] = (await doctor(pve)).of("mappings");
  expect(told?.status).toBe("error");
  await followAdvice(pve, told?.fix ?? null);
  expect((await doctor(pve)).of("mappings")).toMatchObject([{ subject: "rtx", status: "ok" }]);
  expect(pve.cluster.mappings.get("rtx")?.description).toBe("kept");
});

test("a mapping whose flag differs", async () => {
  const source = {
    ...hardwareOf({ pve1: [{ ...gpu, mdev: 1 }] }),
    mappings: [{ id: "rtx", type: "pci", map: [LINE.replace("01:00", "01:00.0")] }],
  };
  const pve = await started(source);
  await followAdvice(pve, (await doctor(pve)).of("mappings")[0]?.fix ?? null);
  expect((await doctor(pve)).of("mappings")).toMatchObject([{ status: "ok" }]);
});

test("no flag is advised that fits one device and not the other", async () => {
  const lines = [LINE.replace("01:00", "01:00.0"), LINE.replace("01:00", "02:00.0").replace("14", "15")];
  const other = { ...gpu, id: "0000:02:00.0", iommugroup: 15 };
  const sources = [
    { ...hardwareOf({ pve1: [{ ...gpu, mdev: 1 }, other] }), lines },
    {
      ...hardwareOf({ pve1: [{ ...gpu, mdev: 1 }], pve2: [other] }),
      lines: lines.map((line) => (line.includes("02:00") ? line.replace("pve1", "pve2") : line)),
    },
  ];
  for (const { lines: map, ...hardware } of sources) {
    const pve = await started({ ...hardware, mappings: [{ id: "rtx", type: "pci", map }] });
    expect((await doctor(pve)).of("mappings")).toMatchObject([{ status: "error", fix: null }]);
  }
});

test.for<readonly [string, readonly string[], readonly string[]]>([
  ["is wrong on one node and right on two", ["pve1", "pve2"], []],
  ["may be wrong on a node that is offline", ["pve1", "pve2", "pve3"], ["pve3"]],
])("no flag is advised that %s", async ([, capable, offline]) => {
  const names = ["pve1", "pve2", "pve3"];
  const line = LINE.replace("01:00", "01:00.0");
  const hardware = hardwareOf(
    Object.fromEntries(names.map((name) => [name, [{ ...gpu, ...(capable.includes(name) && { mdev: 1 }) }]])),
  );
  const map = names.map((name) => line.replace("pve1", name));
  const pve = await started({
    ...withOffline(hardware, offline),
    mappings: [{ id: "rtx", type: "pci", map }],
  });
  const [told] = (await doctor(pve)).of("mappings");
  expect(told).toMatchObject({ status: "error", fix: null });
});

test("no command is given after which the mapping is still wrong", async () => {
  const pve = await started();
  expect((await doctor(pve)).of("mappings", "live-vf")).toMatchObject([{ status: "error", fix: null }]);
});

test("a mapping of which nothing is left is deleted", async () => {
  const pve = await started();
  const [told] = (await doctor(pve)).of("mappings", "gpu-wrong-id");
  expect(told?.fix).toBe(
    "If its devices do not come back, delete it, and give guests that name it another:\npvesh delete /cluster/mapping/pci/gpu-wrong-id",
  );
  await followAdvice(pve, told?.fix ?? null);
  expect((await doctor(pve)).of("mappings", "gpu-wrong-id")).toEqual([]);
});

test.for<readonly [string, string, readonly string[]]>([
  ["is offline", "pve2", ["pve2"]],
  ["is no member", "pve9", []],
])("a mapping whose other node %s keeps its line", async ([, node, offline]) => {
  const other = LINE.replace("pve1", node);
  const disk = pciFunction("0000:05:00.0", "144d:a808", "010802", 3);
  const hardware = hardwareOf({ pve1: [disk], pve2: [gpu, sound] });
  const pve = await started({
    ...withOffline(hardware, offline),
    mappings: [{ id: "rtx", type: "pci", map: [LINE, other] }],
  });
  const [told] = (await doctor(pve)).of("mappings");
  expect(told).toMatchObject({
    status: "error",
    fix: `pvesh set /cluster/mapping/pci/rtx --map ${other}`,
  });
});

test("what mends one node alone says so", async () => {
  const lines = [LINE.replace("14", "9"), LINE.replace("pve1", "pve2").replace("01:00", "07:00")];
  const source = {
    ...hardwareOf({ pve1: [gpu, sound], pve2: [pciFunction("0000:07:00.0", "10de:1e07", "030000", 21)] }),
    mappings: [{ id: "rtx", type: "pci", map: lines }],
  };
  const pve = await started(source);
  const [told] = (await doctor(pve)).of("mappings");
  expect(told?.fix).toMatch(/^This mends pve1 alone:\npvesh set /);
  await followAdvice(pve, told?.fix ?? null);
  expect((await doctor(pve)).of("mappings")).toMatchObject([
    { status: "error", summary: expect.stringMatching(/^no guest with it starts on pve2: /), fix: null },
  ]);
});
