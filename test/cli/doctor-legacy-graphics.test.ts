/** What `doctor` says of guests with `legacy-igd=1`, and how Proxmox's start of them ends. */
import { afterEach, expect, test } from "vitest";
import { closeAll, doctor, guest, started } from "../support/cli/doctor.ts";
import { followAdvice } from "../support/cli/pvesh.ts";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import { startGuest } from "../support/pve/guest-start.ts";
import type { PveStandIn } from "../support/pve/stand-in.ts";

afterEach(closeAll);

const pci = [
  pciFunction("0000:00:02.0", "8086:3e92", "030000", 2, "UHD 630"),
  pciFunction("0000:01:00.0", "8086:56a0", "030000", 14, "Arc A770"),
  pciFunction("0000:01:00.1", "8086:4f90", "040300", 14, "Arc Audio"),
];
const host = (more: object) => ({
  ...hardwareOf({ pve1: pci }),
  mappings: [
    {
      id: "any",
      type: "pci",
      map: [
        "id=8086:3e92,iommugroup=2,node=pve1,path=0000:00:02.0",
        "id=8086:56a0,iommugroup=14,node=pve1,path=0000:01:00.0",
      ],
    },
  ],
  guests: [
    guest(101, {
      machine: "pc",
      vga: "none",
      hostpci0: "0000:00:02.0,legacy-igd=1",
      ...more,
    }),
  ],
});

/** What keeps the guest from starting; null when it starts. */
function ending(pve: PveStandIn): string | null {
  const found = pve.cluster.guests.get(101);
  if (found === undefined) throw new Error("there is no guest 101");
  try {
    startGuest(pve.cluster, found);
    return null;
  } catch (error) {
    return String(error);
  }
}

test.for<readonly [object, string, string]>([
  [{ vga: "std" }, "needs the display none", "pvesh set /nodes/pve1/qemu/101/config --vga none"],
  [{ hostpci0: "00:02.0,legacy-igd=1,rombar=0" }, "needs the ROM bar", "Take rombar=0 out of hostpci0."],
  [
    { hostpci0: "00:02.0,legacy-igd=1,x-vga=1" },
    "does not work with x-vga=1",
    "Take x-vga=1 out of hostpci0.",
  ],
  [
    { machine: "q35" },
    "does not work with the machine q35",
    "Give the guest the machine i440fx, without pcie=1, or take legacy-igd=1 out of hostpci0.",
  ],
  [
    { hostpci0: "0000:01:00.0,legacy-igd=1" },
    "works with the graphics at 00:02.0 alone, and it names 0000:01:00.0",
    "Take legacy-igd=1 out of hostpci0.",
  ],
  [
    { hostpci0: "0000:00:02.0;0000:01:00.0,legacy-igd=1" },
    "does not work with several functions",
    "Take legacy-igd=1 out of hostpci0.",
  ],
  [
    { hostpci0: "mapping=any,legacy-igd=1" },
    "does not work with a choice of devices",
    "Take legacy-igd=1 out of hostpci0.",
  ],
])("%o", async ([more, summary, fix]) => {
  const pve = await started(host(more));
  expect((await doctor(pve)).of("guests")).toEqual([
    {
      check: "guests",
      subject: "101",
      status: "error",
      summary: `vm-101 on pve1: hostpci0 with legacy-igd=1 ${summary}`,
      fix,
    },
  ]);
  expect(ending(pve)).toMatch(/legacy IGD assignment/);
});

test("a mediated device", async () => {
  const pve = await started(host({ hostpci0: "00:02.0,legacy-igd=1,mdev=i915-GVTg_V5_4" }));
  expect((await doctor(pve)).of("guests").map(({ summary }) => summary)).toContain(
    "vm-101 on pve1: hostpci0 with legacy-igd=1 does not work with a mediated device",
  );
  expect(ending(pve)).toMatch(/not compatible with mdev/);
});

test("pcie=1 goes, since the machine cannot be q35", async () => {
  const pve = await started(host({ hostpci0: "00:02.0,legacy-igd=1,pcie=1" }));
  expect((await doctor(pve)).of("guests")).toMatchObject([
    {
      status: "error",
      summary: "vm-101 on pve1: hostpci0 with pcie=1 needs the machine q35, and it has pc",
      fix: "Take pcie=1 out of hostpci0.",
    },
  ]);
  expect(ending(pve)).toMatch(/q35 machine model is not enabled/);
});

test("of a device that cannot have it, nothing else is told: the guest would lose its display for nothing", async () => {
  const pve = await started(
    host({ vga: "std", machine: "q35", hostpci0: "0000:01:00.0,legacy-igd=1,rombar=0,x-vga=1" }),
  );
  expect((await doctor(pve)).of("guests").map(({ fix }) => fix)).toEqual([
    "Take legacy-igd=1 out of hostpci0.",
  ]);
});

test("two such entries", async () => {
  const pve = await started(host({ hostpci10: "0000:01:00.0,legacy-igd=1", hostpci2: "0000:01:00.1" }));
  expect((await doctor(pve)).of("guests")).toMatchObject([
    {
      status: "error",
      summary: "vm-101 on pve1: hostpci10 has legacy-igd=1 too, and a guest can have one such device",
      fix: "Take legacy-igd=1 out of hostpci10.",
    },
  ]);
  expect(ending(pve)).toMatch(/only one device/);
});

test("all is right, also after the advice for the display", async () => {
  const right = await started(host({}));
  expect((await doctor(right)).of("guests")).toMatchObject([{ status: "ok" }]);
  expect(ending(right)).toBeNull();
  const pve = await started(host({ vga: "std" }));
  await followAdvice(pve, (await doctor(pve)).of("guests")[0]?.fix ?? null);
  expect((await doctor(pve)).of("guests")).toMatchObject([{ status: "ok" }]);
  expect(ending(pve)).toBeNull();
});
