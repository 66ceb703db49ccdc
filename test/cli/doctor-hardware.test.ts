import { afterEach, describe, expect, test } from "vitest";
import { closeAll, doctor, gpu, guest, host, LINE, sound, started } from "../support/cli/doctor.ts";
import { hardwareOf, pciFunction } from "../support/provider/hardware.ts";

afterEach(closeAll);

describe("iommu", () => {
  const off = { ...hardwareOf({ pve1: [{ ...gpu, iommugroup: -1 }] }) };

  test("is off where nothing is mapped", async () => {
    const { of } = await doctor(await started(off));
    expect(of("iommu")).toMatchObject([
      { subject: "pve1", status: "warning", summary: "off: nothing can be passed through" },
    ]);
    expect(of("isolation")).toEqual([]);
  });

  test.for([
    { mappings: [{ id: "rtx", type: "pci", map: [LINE] }] },
    { guests: [guest(101, { hostpci0: "0000:01:00" })] },
  ])("is off where something is named: %o", async (more) => {
    const { of } = await doctor(await started({ ...off, ...more }));
    expect(of("iommu")).toMatchObject([
      {
        status: "error",
        summary: "off: nothing can be passed through, and mappings or guests name devices here",
      },
    ]);
  });
});

describe("isolation", () => {
  const disk = pciFunction("0000:02:00.0", "8086:f1a8", "010802", 14, "SSD");
  const shared = (more: object) => ({ ...hardwareOf({ pve1: [gpu, sound, disk] }), ...more });

  test.for([
    ["not mapped", {}, "warning", "which the host loses where a guest gets it"],
    [
      "mapped",
      { mappings: [{ id: "rtx", type: "pci", map: [LINE] }] },
      "error",
      "which the host loses when a guest with it starts",
    ],
    [
      "in a guest",
      { guests: [guest(101, { hostpci0: "01:00.1" })] },
      "error",
      "which the host loses when a guest with it starts",
    ],
  ] as const)("a card that shares its group, and is %s", async ([, more, status, ending]) => {
    const { of } = await doctor(await started(shared(more)));
    expect(of("isolation")).toMatchObject([
      {
        subject: "pve1/0000:01:00",
        status,
        summary: `NVIDIA Corporation GA102 [GeForce RTX 3090] shares IOMMU group 14 with 0000:02:00.0 (Intel Corporation SSD), ${ending}`,
        fix: "Move the card to another slot, or switch ACS on in the firmware of the host.",
      },
    ]);
  });

  test("a card in no group, on a host where others have one", async () => {
    const source = hardwareOf({ pve1: [{ ...gpu, iommugroup: -1 }, disk] });
    const { of } = await doctor(await started(source));
    expect(of("isolation")).toMatchObject([
      { status: "warning", summary: "NVIDIA Corporation GA102 [GeForce RTX 3090] is in no IOMMU group" },
    ]);
    const halfway = await doctor(await started(hardwareOf({ pve1: [gpu, { ...sound, iommugroup: -1 }] })));
    expect(halfway.of("isolation")).toMatchObject([
      { summary: "NVIDIA Corporation GA102 [GeForce RTX 3090] has a function in no IOMMU group" },
    ]);
  });
});

describe("mappings", () => {
  test("drift, and the command that mends it", async () => {
    const pve = await started(host({ mappings: [LINE.replace("14", "15")] }));
    const before = await doctor(pve);
    expect(before.of("mappings")).toEqual([
      {
        check: "mappings",
        subject: "rtx",
        status: "error",
        summary: "no guest with it starts on pve1: pve1: 'iommugroup' does not match for 'rtx' (14 != 15)",
        fix: `pvesh set /cluster/mapping/pci/rtx --map ${LINE}`,
      },
    ]);
    pve.cluster.mappings.set("rtx", { map: [LINE] });
    const after = await doctor(pve);
    expect(after.of("mappings")).toMatchObject([{ status: "ok", summary: "fits the hardware of pve1" }]);
  });

  test("a flag that differs", async () => {
    const pve = await started({
      ...hardwareOf({ pve1: [{ ...gpu, mdev: 1 }] }),
      mappings: [{ id: "rtx", type: "pci", map: [LINE.replace("01:00", "01:00.0")] }],
    });
    const { of } = await doctor(pve);
    expect(of("mappings")).toMatchObject([
      {
        status: "error",
        fix: `pvesh set /cluster/mapping/pci/rtx --map ${LINE.replace("01:00", "01:00.0")} --mdev 1`,
      },
    ]);
  });

  test("what is matched by order has to be compared first", async () => {
    const moved = [gpu, sound].map((one) => ({ ...one, id: one.id.replace(":01:", ":02:") }));
    const pve = await started({
      ...hardwareOf({ pve1: moved }),
      mappings: [{ id: "rtx", type: "pci", map: [LINE] }],
    });
    const { of } = await doctor(pve);
    const [told] = of("mappings");
    expect(told?.fix).toBe(
      "Compare serial numbers first. Where these are the cards that are meant:\n" +
        `pvesh set /cluster/mapping/pci/rtx --map ${LINE.replace(":01:", ":02:")}`,
    );
  });

  test("lines that are a choice, of strangers, and of nodes that were not read", async () => {
    const lines = [
      LINE.replace("01:00", "01:00.0"),
      "id=10de:1aef,iommugroup=14,node=pve1,path=0000:01:00.1",
      LINE.replace("pve1", "gone"),
    ];
    const pve = await started({ ...host({ mappings: lines }) });
    const { of } = await doctor(pve);
    expect(of("mappings")).toMatchObject([
      { status: "warning", summary: "has lines for gone, which is no node of the cluster" },
      { status: "warning", summary: expect.stringMatching(/^its lines are a choice, and a guest gets/) },
    ]);
    const recorded = await started();
    recorded.cluster.mappings.clear();
    recorded.cluster.mappings.set("rtx", { map: [LINE.replace("pve1", "pve4")] });
    const offline = await doctor(recorded);
    expect(offline.of("mappings")).toMatchObject([
      { subject: "rtx", status: "warning", summary: "cannot be compared with pve4, which was not read" },
    ]);
  });

  test("there are none", async () => {
    const { of } = await doctor(await started(host()));
    expect(of("mappings")).toMatchObject([
      { subject: null, status: "ok", summary: "there are none that may be seen" },
    ]);
  });
});

describe("usage", () => {
  const WANTED =
    "wanted by more guests than it can serve: pve1 0000:01:00.0 (NVIDIA Corporation GA102 [GeForce RTX 3090]): guest 101 (vm-101) by hostpci0 through the mapping rtx and guest 102 (vm-102) by hostpci0 through the mapping rtx";

  test.for([
    { boots: [], status: "warning", summary: WANTED },
    { boots: [101], status: "warning", summary: WANTED },
    {
      boots: [101, 102],
      status: "error",
      summary: `${WANTED}; 101 and 102 start at boot, and whoever is late fails`,
    },
  ])("two guests on one card, of which $boots start at boot", async ({ boots, status, summary }) => {
    const guests = [101, 102].map((vmid) => guest(vmid, boots.includes(vmid) ? { onboot: 1 } : {}));
    const { of } = await doctor(await started(host({ mappings: [LINE], guests })));
    expect(of("usage")).toMatchObject([{ subject: "pve1/0000:01:00.0", status, summary }]);
  });

  test("several mappings with too few devices are named by the first of them", async () => {
    const map = [LINE, LINE.replace("0000:01:00", "0000:02:00").replace("iommugroup=14", "iommugroup=15")];
    const mappings = [
      { id: "own", type: "pci", map: [LINE] },
      { id: "pool", type: "pci", map },
    ];
    const twin = [gpu, sound].map((one) => ({ ...one, id: one.id.replace(":01:", ":02:"), iommugroup: 15 }));
    const guests = ["own", "pool", "pool"].map((name, index) =>
      guest(101 + index, { hostpci0: `mapping=${name}` }),
    );
    const { of } = await doctor(
      await started({ ...hardwareOf({ pve1: [gpu, sound, ...twin] }), mappings, guests }),
    );
    expect(of("usage")).toMatchObject([
      {
        subject: "own",
        status: "warning",
        summary: expect.stringContaining("the mappings own and pool on pve1"),
      },
    ]);
  });
});

describe("guests", () => {
  const cases: readonly (readonly [string, object, string, string, string | null])[] = [
    [
      "not q35",
      { machine: "pc-i440fx-9.0" },
      "error",
      "hostpci0 with pcie=1 needs the machine q35, and it has pc-i440fx-9.0",
      "pvesh set /nodes/pve1/qemu/101/config --machine q35",
    ],
    [
      "no machine",
      { machine: "viommu=virtio" },
      "error",
      "hostpci0 with pcie=1 needs the machine q35, and it has i440fx, the default",
      "pvesh set /nodes/pve1/qemu/101/config --machine q35,viommu=virtio",
    ],
    [
      "a mapping that does not exist",
      { hostpci0: "mapping=gone" },
      "error",
      "hostpci0 names the mapping gone, which does not exist",
      "Make it, or take the entry out of the guest.",
    ],
    [
      "a device twice",
      { hostpci1: "0000:01:00.1" },
      "error",
      "hostpci1 can only get 0000:01:00.1 a second time, which hostpci0 has by then",
      "pvesh set /nodes/pve1/qemu/101/config --delete hostpci1",
    ],
    [
      "a device twice, with another that it would lose",
      { hostpci0: "0000:01:00.1", hostpci1: "mapping=rtx" },
      "error",
      "hostpci1 can only get 0000:01:00.1 a second time, which hostpci0 has by then",
      "Take one of the entries out, or give it another device.",
    ],
    [
      "a device twice, by args that have more",
      { args: "-cpu host,kvm=off -device vfio-pci,host=01:00.1" },
      "error",
      "args can only get 0000:01:00.1 a second time, which hostpci0 has by then",
      "Take 0000:01:00.1 out of args.",
    ],
    [
      "function-less mdev",
      { hostpci0: "0000:01:00,mdev=nvidia-63" },
      "error",
      "hostpci0 takes a mediated device and names a card with several functions: a mediated device needs the one function that makes it",
      "Write the function into hostpci0, such as 0000:01:00.0.",
    ],
    [
      "function-less mdev of a mapping",
      { hostpci0: "mapping=rtx,mdev=nvidia-63" },
      "error",
      "hostpci0 takes a mediated device and names the mapping rtx, and with it a card with several functions: a mediated device needs the one function that makes it",
      "Write the function into the path of the mapping's line for pve1.",
    ],
    [
      "mdev of a device that makes none",
      { hostpci0: "0000:01:00.0,mdev=nvidia-63" },
      "error",
      "hostpci0 takes a mediated device of the type nvidia-63, which 0000:01:00.0 does not make",
      "Name a device that makes it, or take mdev out of hostpci0.",
    ],
    [
      "ballooning",
      { memory: "8192", balloon: 2048 },
      "warning",
      "ballooning down to 2048 MiB of 8192 gives nothing back: with a PCI device all memory of the guest stays with it",
      "pvesh set /nodes/pve1/qemu/101/config --balloon 0",
    ],
    [
      "hotplugged memory",
      { hotplug: "disk,network,memory", numa: 1 },
      "warning",
      "memory that is hotplugged stays with the guest for good: a PCI device pins it",
      "pvesh set /nodes/pve1/qemu/101/config --hotplug disk,network",
    ],
    [
      "hotplugged memory without NUMA",
      { hotplug: "memory" },
      "error",
      "memory hotplug needs NUMA, which is off",
      "pvesh set /nodes/pve1/qemu/101/config --hotplug 0",
    ],
  ];

  test.for(cases)("%s", async ([, more, status, summary, fix]) => {
    const { of } = await doctor(await started(host({ mappings: [LINE], guests: [guest(101, more)] })));
    expect(of("guests")).toEqual([
      { check: "guests", subject: "101", status, summary: `vm-101 on pve1: ${summary}`, fix },
    ]);
  });

  test.for([
    ["memory that is all the guest's", { memory: "8192", balloon: 8192 }],
    ["ballooning that is off", { memory: "8192", balloon: 0 }],
    ["no pcie", { machine: "pc", hostpci0: "mapping=rtx" }],
    ["q35 of a release", { machine: "pc-q35-9.0+pve1" }],
    ["what hotplug is by default", { hotplug: "1" }],
  ] as const)("nothing is wrong with %s", async ([, more]) => {
    const { of } = await doctor(await started(host({ mappings: [LINE], guests: [guest(101, more)] })));
    expect(of("guests")).toMatchObject([{ status: "ok" }]);
  });

  test("a type of mediated devices is of the driver that the devices have", async () => {
    const lines = [0, 1].map((fn) =>
      LINE.replace("01:00", `01:00.${fn}`).replace("10de:2204", fn === 0 ? "10de:2204" : "10de:1aef"),
    );
    const more = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
    const told = async (devices: readonly object[], value: string, flag: 0 | 1) => {
      const [first, second] = devices;
      const pci = [
        { ...gpu, ...first },
        { ...sound, ...more, ...second },
      ];
      const pve = await started({
        ...hardwareOf({ pve1: pci }),
        mappings: [{ id: "rtx", type: "pci", map: lines, mdev: flag }],
        guests: [guest(101, { hostpci0: value })],
      });
      return (await doctor(pve)).of("guests").map(({ summary }) => summary);
    };
    const ok = "vm-101 on pve1: nothing in its configuration speaks against its start";
    const vf = { mdev: 1, nvidia: 1 };
    expect(await told([{ mdev: 1 }, {}], "01:00.0,mdev=i915-GVTg_V5_4", 1)).toEqual([ok]);
    expect(await told([vf, vf], "mapping=rtx,mdev=nvidia-63", 1)).toEqual([ok]);
    expect(await told([vf, vf], "mapping=rtx,mdev=i915-GVTg_V5_4", 1)).toEqual([
      "vm-101 on pve1: hostpci0 takes a mediated device of the type i915-GVTg_V5_4, which 0000:01:00.0 and 0000:01:00.1 do not make",
    ]);
    const off = { iommugroup: -1 };
    expect(await told([off, off], "01:00.0,mdev=nvidia-63", 0)).toEqual([ok]);
    expect(await told([{}, {}], "mapping=rtx,mdev=nvidia-63", 0)).toEqual([
      "vm-101 on pve1: hostpci0 takes a mediated device of the type nvidia-63, which 0000:01:00.0 and 0000:01:00.1 do not make",
    ]);
  });

  test("a mapping without a line for the guest's node, and one whose line is invalid", async () => {
    const mappings = [
      { id: "rtx", type: "pci", map: [LINE.replace("14", "15")] },
      { id: "other", type: "pci", map: [LINE.replace("pve1", "pve2")] },
    ];
    const guests = [guest(101), guest(102, { hostpci0: "mapping=other,pcie=1" })];
    const source = { ...hardwareOf({ pve1: [gpu, sound], pve2: [gpu] }), mappings, guests };
    const { of } = await doctor(await started(source));
    expect(of("guests")).toMatchObject([
      {
        subject: "101",
        summary:
          "vm-101 on pve1: hostpci0 names the mapping rtx, of which a line for pve1 is not what the hardware is: 'iommugroup' does not match for 'rtx' (14 != 15); see the check mappings",
        fix: null,
      },
      {
        subject: "102",
        summary: "vm-102 on pve1: hostpci0 names the mapping other, which has no line for pve1",
        fix: "Give it one, or move the guest to a node for which it has one (pve2).",
      },
    ]);
  });

  test("templates never start, and guests without PCI devices are none of it", async () => {
    const guests = [
      guest(101, { template: 1, machine: "pc" }),
      { vmid: 102, node: "pve1", hotplug: "memory" },
    ];
    const { of } = await doctor(await started(host({ mappings: [LINE], guests })));
    expect(of("guests")).toMatchObject([
      { subject: null, status: "ok", summary: "none that may be seen has PCI devices" },
    ]);
  });
});
