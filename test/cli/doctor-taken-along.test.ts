/** What `doctor` says of devices that a guest takes along with its own: by IOMMU group, or as virtual functions. */
import { afterEach, describe, expect, test } from "vitest";
import { fixtureCluster } from "../support/cli/clusters.ts";
import { closeAll, doctor, guest, started } from "../support/cli/doctor.ts";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";
import type { GuestRecord } from "../support/pve/hardware-guests.ts";

afterEach(closeAll);

const MAPPING = (id: string, ...map: readonly string[]) => ({ id, type: "pci", map: [...map] });
const MOVE = "Move the card to another slot, or switch ACS on in the firmware of the host.";

describe("a device that is no card", () => {
  const desktop = fixtureCluster("consumer-no-acs.json");
  const NIC = "id=8086:125c,iommugroup=4,node=desktop,path=0000:03:00.0,subsystem-id=1043:87d2";
  const LOST =
    "Intel Corporation Ethernet Controller I226-V shares IOMMU group 4 with 0000:02:00.0 (Samsung Electronics Co Ltd NVMe SSD Controller S4LV008[Pascal]), 0000:04:00.0 (NVIDIA Corporation GA102 [GeForce RTX 3090]) and 0000:04:00.1 (NVIDIA Corporation GA102 High Definition Audio Controller), which the host loses when a guest with it starts";
  const q35 = (vmid: number, more: GuestRecord | object) =>
    guest(vmid, { node: "desktop", hostpci0: "mapping=nic,pcie=1", ...more });

  test.for([
    ["mapped", { mappings: [MAPPING("nic", NIC)] }],
    ["mapped, with a guest", { mappings: [MAPPING("nic", NIC)], guests: [q35(100, {})] }],
    ["named by a guest", { guests: [q35(100, { hostpci0: "0000:03:00.0" })] }],
    ["named by a guest, as a slot", { guests: [q35(100, { hostpci0: "03:00" })] }],
  ] as const)("takes the host's disk along, and is %s", async ([, more]) => {
    const { of } = await doctor(await started({ ...desktop, ...more }));
    expect(of("isolation", "desktop/0000:03:00.0")).toEqual([
      {
        check: "isolation",
        subject: "desktop/0000:03:00.0",
        status: "error",
        summary: LOST,
        fix: MOVE,
      },
    ]);
    const summaries = of("guests").map(({ summary }) => summary);
    expect(summaries.join()).toMatch(
      /^(?:vm-100 on desktop: nothing in its configuration speaks against its start|none that may be seen has PCI devices)$/,
    );
  });

  test.for<readonly [string, readonly GuestRecord[]]>([
    ["nobody names it", []],
    ["a template names it, which never starts", [q35(100, { hostpci0: "0000:03:00.0", template: 1 })]],
  ])("and %s", async ([, guests]) => {
    const { of } = await doctor(await started({ ...desktop, guests }));
    expect(of("isolation", "desktop/0000:03:00.0")).toEqual([]);
  });

  test("is isolated", async () => {
    const disk = "id=144d:a808,iommugroup=6,node=desktop,path=0000:05:00.0,subsystem-id=144d:a801";
    const { of } = await doctor(await started({ ...desktop, mappings: [MAPPING("disk", disk)] }));
    expect(of("isolation", "desktop/0000:05:00.0")).toMatchObject([
      {
        status: "ok",
        summary: "Samsung Electronics Co Ltd NVMe SSD Controller SM981/PM981/PM983 is isolated",
      },
    ]);
  });

  test("at the address of a line that means another device", async () => {
    const drifted = NIC.replace("03:00.0", "05:00.0");
    const { of } = await doctor(await started({ ...desktop, mappings: [MAPPING("nic", drifted)] }));
    expect(of("isolation", "desktop/0000:05:00.0")).toEqual([]);
    expect(of("mappings", "nic")).toMatchObject([{ status: "error" }]);
  });

  describe("with two ports in one group", () => {
    const ports = [0, 1].map((port) =>
      pciFunction(`0000:03:00.${port}`, "8086:1521", "020000", 7, "I350 Gigabit Network Connection"),
    );
    const lines = [0, 1].map((port) => `id=8086:1521,iommugroup=7,node=pve1,path=0000:03:00.${port}`);
    const source = hardwareOf({ pve1: ports });
    const mappings = lines.map((line, port) => MAPPING(`port${port}`, line));

    test.for<readonly [string, object, readonly string[]]>([
      [
        "one guest takes both",
        { guests: [guest(101, { hostpci0: "03:00.0", hostpci1: "03:00.1" })] },
        ["ok", "ok"],
      ],
      ["one guest takes both at once", { guests: [guest(101, { hostpci0: "03:00" })] }, ["ok", "ok"]],
      [
        "one guest takes both by mappings",
        { mappings, guests: [guest(101, { hostpci0: "mapping=port0", hostpci1: "mapping=port1" })] },
        ["ok", "ok"],
      ],
      [
        "a mapping chooses one of them",
        { mappings: [MAPPING("ports", ...lines)], guests: [guest(101, { hostpci0: "mapping=ports" })] },
        ["error", "error"],
      ],
      ["a guest takes one of them", { guests: [guest(101, { hostpci0: "03:00.0" })] }, ["error"]],
      ["each has a mapping", { mappings }, ["error", "error"]],
    ])("%s", async ([, more, statuses]) => {
      const { of } = await doctor(await started({ ...source, ...more }));
      expect(of("isolation").map(({ status }) => status)).toEqual(statuses);
    });

    test("what goes to the same guest is said", async () => {
      const guests = [guest(101, { hostpci0: "03:00.0", hostpci1: "03:00.1" })];
      const { of } = await doctor(await started({ ...source, guests }));
      expect(of("isolation")[0]?.summary).toBe(
        "Intel Corporation I350 Gigabit Network Connection shares IOMMU group 7 with 0000:03:00.1 (Intel Corporation I350 Gigabit Network Connection), which whoever takes it takes too",
      );
    });
  });

  test("a PCI bridge keeps its guest from starting", async () => {
    const guests = [q35(100, { hostpci0: "0000:00:1c.0" })];
    const pve = await started({ ...desktop, guests });
    const { of } = await doctor(pve);
    expect(of("guests")).toEqual([
      {
        check: "guests",
        subject: "100",
        status: "error",
        summary: "vm-100 on desktop: hostpci0 takes the PCI bridge 0000:00:1c.0, which no guest can have",
        fix: "Name the device behind it, or take the entry out.",
      },
    ]);
  });
});

describe("a card in one group with the host's disk", () => {
  const disk = (path: string, group: number) =>
    pciFunction(path, "144d:a808", "010802", group, "NVMe SSD Controller SM981");
  const ids = (device: string) => ({ subsystem_vendor: "0x10de", subsystem_device: `0x${device}` });

  describe("that makes mediated devices", () => {
    const card = pciFunction("0000:01:00.0", "10de:1bb3", "030200", 14, "GP104GL [Tesla P4]", {
      mdev: 1,
      ...ids("11d8"),
    });
    const source = hardwareOf({ pve1: [card, disk("0000:02:00.0", 14)] });
    const line = "id=10de:1bb3,iommugroup=14,node=pve1,path=0000:01:00.0,subsystem-id=10de:11d8";
    const mappings = [{ ...MAPPING("vgpu", line), mdev: 1 }];

    test.for<readonly [string, object, string]>([
      [
        "a guest has one by a mapping",
        { mappings, guests: [guest(100, { hostpci0: "mapping=vgpu,mdev=nvidia-63" })] },
        "warning",
      ],
      [
        "a guest has one by address",
        { guests: [guest(100, { hostpci0: "01:00.0,mdev=nvidia-63" })] },
        "warning",
      ],
      ["a mapping is for them", { mappings }, "warning"],
      [
        "a guest has the card by that mapping",
        { mappings, guests: [guest(100, { hostpci0: "mapping=vgpu" })] },
        "error",
      ],
      ["a guest has the card by address", { guests: [guest(100, { hostpci0: "01:00.0" })] }, "error"],
    ])("%s", async ([, more, status]) => {
      const { of } = await doctor(await started({ ...source, ...more }));
      expect(of("isolation")).toMatchObject([{ subject: "pve1/0000:01:00.0", status }]);
    });
  });

  test("a virtual GPU stays with NVIDIA's driver", async () => {
    const vf = pciFunction("0000:01:00.4", "10de:26b9", "030200", 14, "AD102GL [L40S]", {
      mdev: 1,
      nvidia: 1,
      physfn: "0000:01:00.0",
      ...ids("169d"),
    });
    const source = hardwareOf({ pve1: [vf, disk("0000:02:00.0", 14)] });
    const guests = [guest(100, { hostpci0: "01:00.4,mdev=nvidia-1155" })];
    const { of } = await doctor(await started({ ...source, guests }));
    expect(of("isolation")).toMatchObject([{ subject: "pve1/0000:01:00.4", status: "warning" }]);
  });

  test("is not taken by a line that may mean another", async () => {
    const card = (path: string, group: number) =>
      pciFunction(path, "10de:2204", "030000", group, "GA102 [GeForce RTX 3090]", ids("1467"));
    const mappings = [
      MAPPING("rtx", "id=10de:2204,iommugroup=15,node=pve1,path=0000:09:00.0,subsystem-id=10de:1467"),
    ];
    const pve1 = [card("0000:01:00.0", 14), card("0000:02:00.0", 15), disk("0000:05:00.0", 14)];
    const { of } = await doctor(await started({ ...hardwareOf({ pve1 }), mappings }));
    expect(of("isolation")).toMatchObject([
      { subject: "pve1/0000:01:00.0", status: "warning" },
      { subject: "pve1/0000:02:00.0", status: "ok" },
    ]);
    expect(of("mappings")).toMatchObject([{ status: "error", fix: null }]);
  });

  test("is taken where a line means it, and not where the line says that it is", async () => {
    const moved = pciFunction(
      "0000:01:00.0",
      "10de:2204",
      "030000",
      14,
      "GA102 [GeForce RTX 3090]",
      ids("1467"),
    );
    const other = pciFunction("0000:04:00.0", "1002:73bf", "030000", 15, "Navi 21 [Radeon RX 6800]");
    const mappings = [
      MAPPING("rtx", "id=10de:2204,iommugroup=15,node=pve1,path=0000:04:00.0,subsystem-id=10de:1467"),
    ];
    const disks = [disk("0000:05:00.0", 14), disk("0000:06:00.0", 15)];
    const { of } = await doctor(
      await started({ ...hardwareOf({ pve1: [moved, other, ...disks] }), mappings }),
    );
    expect(of("isolation")).toMatchObject([
      { subject: "pve1/0000:01:00.0", status: "error" },
      { subject: "pve1/0000:04:00.0", status: "warning" },
    ]);
  });
});

describe("virtual functions", () => {
  const igpu = fixtureCluster("igpu-vfs-9.2.json");
  const node = Object.keys(igpu.pci)[0] ?? "";
  const of = (id: string) => igpu.pci[node]?.find((device) => device.id === id);
  const line = (path: string) => {
    const device = of(path);
    const bare = (key: string): string => String(device?.[key]).replace("0x", "");
    return `id=${bare("vendor")}:${bare("device")},iommugroup=${device?.iommugroup},node=${node},path=${path},subsystem-id=${bare("subsystem_vendor")}:${bare("subsystem_device")}`;
  };
  const mappings = [MAPPING("igpu", line("0000:00:02.0")), MAPPING("vf", line("0000:00:02.3"))];
  const on = (vmid: number, hostpci0: string) => guest(vmid, { node, hostpci0 });
  const GONE = "and the virtual functions of 0000:00:02.0 are gone when it starts";

  test("a mapping of their physical function", async () => {
    const told = await doctor(await started({ ...igpu, mappings }));
    expect(told.of("mappings")).toMatchObject([
      {
        subject: "igpu",
        status: "warning",
        summary: `0000:00:02.0 of ${node} has live virtual functions, which are gone when a guest with this mapping gets it`,
      },
      { subject: "vf", status: "ok" },
    ]);
  });

  test.for<readonly [string, readonly GuestRecord[], readonly object[]]>([
    [
      "nobody else needs them",
      [on(101, "mapping=igpu")],
      [
        {
          subject: "101",
          status: "warning",
          summary: `vm-101 on ${node}: hostpci0 takes 0000:00:02.0, ${GONE}`,
          fix: "Give the guest one of the virtual functions instead.",
        },
      ],
    ],
    [
      "another guest has one",
      [on(101, "00:02.0"), on(102, "mapping=vf")],
      [
        {
          subject: "101",
          status: "error",
          summary: `vm-101 on ${node}: hostpci0 takes 0000:00:02.0, ${GONE}, which 102 needs`,
        },
        { subject: "102", status: "ok" },
      ],
    ],
    [
      "only they are taken",
      [on(101, "00:02.1"), on(102, "mapping=vf")],
      [{ status: "ok" }, { status: "ok" }],
    ],
  ])("a guest on their physical function, and %s", async ([, guests, expected]) => {
    const told = await doctor(await started({ ...igpu, mappings, guests }));
    expect(told.of("guests")).toMatchObject(expected);
  });

  test("and their physical function as the choice of one mapping", async () => {
    const either = [MAPPING("either", line("0000:00:02.0"), line("0000:00:02.3"))];
    const guests = [on(101, "mapping=either")];
    const told = await doctor(await started({ ...igpu, mappings: either, guests }));
    expect(told.of("guests")).toMatchObject([
      { status: "warning", summary: `vm-101 on ${node}: hostpci0 may take 0000:00:02.0, ${GONE}` },
    ]);
  });

  test("that share a group with their physical function take it along", async () => {
    const told = await doctor(await started(fixtureCluster("vfs-in-one-group.json")));
    const MELLANOX = "Mellanox Technologies MT27710 Family [ConnectX-4 Lx]";
    expect(told.of("isolation", "pve/0000:01:00.2")).toMatchObject([
      {
        status: "error",
        summary: expect.stringContaining(
          `shares IOMMU group 1 with 0000:01:00.0 (${MELLANOX}), 0000:01:00.1 (${MELLANOX}) and 0000:01:00.3`,
        ),
      },
    ]);
    expect(told.of("guests", "101")).toMatchObject([
      {
        status: "warning",
        summary:
          "openwrt-a on pve: hostpci0 takes 0000:01:00.0 along, which is in the same IOMMU group, and its driver may remove the virtual functions, which this guest and 102 need",
        fix: MOVE,
      },
    ]);
    expect(told.of("usage")).toMatchObject([
      {
        fix: "Give every guest a device in an IOMMU group of its own, or never run these at the same time. What else each of them takes along is said by the check isolation.",
      },
    ]);
  });
});
