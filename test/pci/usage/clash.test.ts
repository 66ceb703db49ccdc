import { describe, expect, test } from "vitest";
import type { Guest } from "../../../src/pci/guest.ts";
import { arrangeHost, type Host } from "../../../src/pci/host.ts";
import { type Clash, clashesOver } from "../../../src/pci/usage/clash.ts";
import type { Target } from "../../../src/pci/usage/clash-kind.ts";
import { coverageOf, guest } from "../support/guests.ts";
import { AUDIO, host, NIC, type Traits } from "../support/hardware.ts";

/** A card with its audio, in one IOMMU group unless said otherwise. */
function card(slot: string, traits: Traits = {}): { [id: string]: Traits } {
  return { [`${slot}.0`]: {}, [`${slot}.1`]: { ...AUDIO, ...traits } };
}

const CARDS = host({ ...card("0000:01:00"), ...card("0000:02:00"), ...card("0000:03:00") });
const LINES = {
  first: ["pve1,path=0000:01:00"],
  audio: ["pve1,path=0000:01:00.1"],
  both: ["pve1,path=0000:01:00.0;0000:02:00.0"],
  pool: ["pve1,path=0000:01:00", "pve1,path=0000:02:00", "pve2,path=0000:01:00"],
  lasts: ["pve1,path=0000:02:00", "pve1,path=0000:03:00"],
  functions: ["pve1,path=0000:01:00.0", "pve1,path=0000:01:00.1"],
  graphics: ["pve1,path=0000:01:00.0", "pve1,path=0000:02:00.0", "pve1,path=0000:01:00.1"],
};

/** A clash in short: what it is over, and `VMID KEY` of every claim. */
function short(clash: Clash): string {
  const claims = clash.claims.map(
    ({ vmid, hostpci, mapping, pending }) =>
      `${vmid} ${hostpci}${mapping === null ? "" : ` by ${mapping}`}${pending ? ", pending" : ""}`,
  );
  return `${over(clash)}: ${claims.join("; ")}`;
}

function over(clash: Clash): string {
  switch (clash.over) {
    case "target":
      return clash.target[0].path;
    case "group":
      return `group ${clash.group} with ${clash.devices.map(({ path }) => path).join(" ")}`;
    case "virtual functions":
      return `virtual functions of ${clash.physical}`;
    case "mapping":
      return `${clash.serves} by ${clash.lines} of ${clash.mapping} on ${clash.node}`;
    case "mappings":
      return `${clash.mappings.join(" and ")} on ${clash.node}`;
  }
}

/** Every slot of a host as one target. */
function targetsOf({ bySlot }: Host): readonly Target[] {
  return [...bySlot.values()].flatMap(([first, ...others]): Target[] =>
    first === undefined ? [] : [[first, ...others]],
  );
}

function clashes(
  guests: readonly Guest[],
  of: Host = CARDS,
  targets: readonly Target[] = targetsOf(of),
): readonly string[] {
  return clashesOver(targets, [of], guests, coverageOf(LINES, [of])).map(short);
}

describe("guests clash", () => {
  test.each<[string, readonly Guest[], string]>([
    [
      "by one address",
      [guest(100, [["hostpci0", "01:00.0"]]), guest(101, [["hostpci3", "0000:01:00.0,pcie=1"]])],
      "0000:01:00.0: 100 hostpci0; 101 hostpci3",
    ],
    [
      "by a slot and an address in it",
      [guest(100, [["hostpci0", "01:00"]]), guest(101, [["hostpci0", "01:00.0"]])],
      "0000:01:00.0: 100 hostpci0; 101 hostpci0",
    ],
    [
      "by functions of one IOMMU group",
      [guest(100, [["hostpci0", "01:00.0"]]), guest(101, [["hostpci0", "01:00.1"]])],
      "0000:01:00.0: 100 hostpci0; 101 hostpci0",
    ],
    [
      "by a mapping with one line for the node, and an address",
      [guest(100, [["hostpci0", "mapping=first"]]), guest(101, [["hostpci0", "01:00.0"]])],
      "0000:01:00.0: 100 hostpci0 by first; 101 hostpci0",
    ],
    [
      "by two mappings of one card",
      [guest(100, [["hostpci0", "mapping=first,pcie=1"]]), guest(102, [["hostpci0", "mapping=audio"]])],
      "0000:01:00.0: 100 hostpci0 by first; 102 hostpci0 by audio",
    ],
    [
      "by what a guest takes beside",
      [guest(100, [["hostpci0", "mapping=both"]]), guest(102, [["hostpci0", "02:00"]])],
      "0000:02:00.0: 100 hostpci0 by both; 102 hostpci0",
    ],
    [
      "in the order of their numbers",
      [
        guest(1000, [["hostpci0", "01:00"]]),
        guest(102, [
          ["hostpci10", "01:00.1"],
          ["hostpci9", "01:00.0"],
        ]),
      ],
      "0000:01:00.0: 102 hostpci9; 102 hostpci10; 1000 hostpci0",
    ],
    [
      "from the next start of one of them on",
      [guest(100, [["hostpci0", "01:00"]]), guest(102, [["hostpci0", null, "01:00"]])],
      "0000:01:00.0: 100 hostpci0; 102 hostpci0, pending",
    ],
    [
      "from the next start on, when another device is held until then",
      [guest(100, [["hostpci0", "01:00"]]), guest(102, [["hostpci0", "02:00", "mapping=first"]])],
      "0000:01:00.0: 100 hostpci0; 102 hostpci0 by first, pending",
    ],
    [
      "now, when only another property is to change",
      [guest(100, [["hostpci0", "01:00"]]), guest(102, [["hostpci0", "01:00", "01:00,pcie=1"]])],
      "0000:01:00.0: 100 hostpci0; 102 hostpci0",
    ],
    [
      "by a mediated device of what the other takes whole",
      [guest(100, [["hostpci0", "01:00.0,mdev=nvidia-35"]]), guest(102, [["hostpci0", "01:00.0"]])],
      "0000:01:00.0: 100 hostpci0; 102 hostpci0",
    ],
    [
      "by more guests than a mapping has devices on their node",
      [100, 101, 102].map((vmid) => guest(vmid, [["hostpci0", "mapping=pool"]])),
      "2 by 2 of pool on pve1: 100 hostpci0 by pool; 101 hostpci0 by pool; 102 hostpci0 by pool",
    ],
    [
      "by a device that one of them takes through args",
      [guest(100, [["args", "-device vfio-pci,host=01:00.0,x-vga=on"]]), guest(101, [["hostpci0", "01:00"]])],
      "0000:01:00.0: 100 args; 101 hostpci0",
    ],
    [
      "by lines of a mapping that are all for one card",
      [guest(100, [["hostpci0", "mapping=functions"]]), guest(102, [["hostpci0", "mapping=functions"]])],
      "1 by 2 of functions on pve1: 100 hostpci0 by functions; 102 hostpci0 by functions",
    ],
    [
      "by lines of a mapping of which some are for one card",
      [100, 101, 102].map((vmid) => guest(vmid, [["hostpci0", "mapping=graphics"]])),
      "2 by 3 of graphics on pve1: 100 hostpci0 by graphics; 101 hostpci0 by graphics; 102 hostpci0 by graphics",
    ],
    [
      "by mappings that share a device",
      [
        guest(100, [["hostpci0", "mapping=pool"]]),
        guest(101, [["hostpci0", "mapping=pool"]]),
        guest(102, [["hostpci0", "mapping=lasts"]]),
        guest(103, [["hostpci0", "mapping=lasts"]]),
      ],
      "lasts and pool on pve1: 100 hostpci0 by pool; 101 hostpci0 by pool; 102 hostpci0 by lasts; 103 hostpci0 by lasts",
    ],
    [
      "by a mapping, beside one who can have another device",
      [
        ...[100, 101, 102].map((vmid) => guest(vmid, [["hostpci0", "mapping=pool"]])),
        guest(103, [["hostpci0", "mapping=lasts"]]),
      ],
      "2 by 2 of pool on pve1: 100 hostpci0 by pool; 101 hostpci0 by pool; 102 hostpci0 by pool",
    ],
    [
      "by a mapping one of whose devices another has by its address",
      [
        guest(100, [["hostpci0", "02:00"]]),
        guest(101, [["hostpci0", "mapping=pool"]]),
        guest(102, [["hostpci0", "mapping=pool"]]),
      ],
      "pool on pve1: 100 hostpci0; 101 hostpci0 by pool; 102 hostpci0 by pool",
    ],
    [
      "by a mapping both of whose devices another has",
      [guest(100, [["hostpci0", "mapping=both"]]), guest(101, [["hostpci0", "mapping=pool"]])],
      "both and pool on pve1: 100 hostpci0 by both; 101 hostpci0 by pool",
    ],
    [
      "by more entries than a mapping has devices on their node",
      [
        guest(100, [
          ["hostpci1", "mapping=pool"],
          ["hostpci0", "01:00", "mapping=pool"],
        ]),
        guest(101, [["hostpci0", null, "mapping=pool"]]),
      ],
      "2 by 2 of pool on pve1: 100 hostpci0 by pool; 100 hostpci1 by pool; 101 hostpci0 by pool, pending",
    ],
  ])("%s", (_how, guests, expected) => {
    expect(clashes(guests)).toEqual([expected]);
  });

  test("over functions of different groups only where they want the same one", () => {
    const apart = host(card("0000:01:00", { iommugroup: 99 }));
    const graphics = guest(100, [["hostpci0", "01:00.0"]]);
    const audio = guest(101, [["hostpci0", "01:00.1"]]);
    const whole = guest(102, [["hostpci0", "01:00"]]);
    expect(clashes([graphics, audio], apart)).toEqual([]);
    expect(clashes([graphics, audio, whole], apart)).toEqual([
      "0000:01:00.0: 100 hostpci0; 101 hostpci0; 102 hostpci0",
    ]);
  });

  test("over a device in no group as over any other", () => {
    const guests = [100, 102].map((vmid) => guest(vmid, [["hostpci0", "01:00.0"]]));
    expect(clashes(guests, host({ "0000:01:00.0": { iommugroup: -1 } }))).toEqual([
      "0000:01:00.0: 100 hostpci0; 102 hostpci0",
    ]);
  });

  test("over several cards at once", () => {
    const guests = [100, 102].map((vmid) =>
      guest(vmid, [
        ["hostpci0", "01:00"],
        ["hostpci1", "03:00.0"],
      ]),
    );
    expect(clashes(guests)).toEqual([
      "0000:01:00.0: 100 hostpci0; 102 hostpci0",
      "0000:03:00.0: 100 hostpci1; 102 hostpci1",
    ]);
  });

  test("with their names, where they have any", () => {
    const guests = [100, 101].map((vmid) => guest(vmid, [["hostpci0", "01:00"]]));
    const [clash] = clashesOver(targetsOf(CARDS), [CARDS], guests, coverageOf({}));
    expect(clash?.claims.map(({ vmid, name }) => [vmid, name])).toEqual([
      [100, "guest-100"],
      [101, null],
    ]);
  });
});

describe("guests clash over", () => {
  /** A network card with two virtual functions, all in one group, as on a board without ACS. */
  const VF: Traits = { ...NIC, device: "0x1018", physfn: "0000:01:00.0", iommugroup: 1 };
  const virtfns = { virtfn0: "0000:01:00.2", virtfn1: "0000:01:00.3" };
  const together = host({
    "0000:01:00.0": { ...NIC, virtfns, iommugroup: 1 },
    "0000:01:00.2": VF,
    "0000:01:00.3": VF,
  });
  const apart = host({
    "0000:01:00.0": { ...NIC, virtfns, iommugroup: 1 },
    "0000:01:00.2": { ...VF, iommugroup: 2 },
    "0000:01:00.3": { ...VF, iommugroup: 3 },
  });
  const first = guest(101, [["hostpci0", "0000:01:00.2"]]);
  const second = guest(102, [["hostpci0", "0000:01:00.3"]]);
  const physical = guest(103, [["hostpci0", "0000:01:00.0"]]);
  const each = ({ devices }: Host): readonly Target[] => devices.map((one): Target => [one]);

  test("an IOMMU group", () => {
    expect(clashes([first, second], together, each(together))).toEqual([
      "group 1 with 0000:01:00.2 0000:01:00.3: 101 hostpci0; 102 hostpci0",
    ]);
  });

  test("an IOMMU group only where one of its devices that they take is selected", () => {
    const [pf, ...others] = each(together);
    expect(clashes([first, second], together, others.slice(0, 1))).toHaveLength(1);
    expect(clashes([first, second], together, pf === undefined ? [] : [pf])).toEqual([]);
  });

  test("nothing where each has a virtual function in a group of its own", () => {
    expect(clashes([first, second], apart, each(apart))).toEqual([]);
  });

  test("a physical function and its virtual ones", () => {
    expect(clashes([first, second, physical], apart, each(apart))).toEqual([
      "virtual functions of 0000:01:00.0: 101 hostpci0; 102 hostpci0; 103 hostpci0",
    ]);
  });

  test("a virtual function by its line, whose place another line casts doubt on", () => {
    const doubted = host({
      ...card("0000:01:00"),
      "0000:02:00.0": { virtfns: { virtfn0: "0000:02:00.4", virtfn1: "0000:02:00.5" }, iommugroup: 2 },
      "0000:02:00.4": { physfn: "0000:02:00.0", iommugroup: 12 },
      "0000:02:00.5": { physfn: "0000:02:00.0", iommugroup: 22 },
      ...card("0000:03:00"),
    });
    const coverage = coverageOf(
      {
        one: ["pve1,id=10de:1aef,iommugroup=1,path=0000:01:00.1;0000:02:00"],
        two: ["pve1,id=10de:2204,iommugroup=12,path=0000:02:00.4"],
      },
      [doubted],
    );
    expect(coverage.linesOf("two", "pve1").map(({ ambiguous }) => ambiguous)).toEqual([false]);
    const guests = [guest(100, [["hostpci0", "0000:02:00.0"]]), guest(101, [["hostpci0", "mapping=two"]])];
    expect(clashesOver(each(doubted), [doubted], guests, coverage).map(short)).toEqual([
      "virtual functions of 0000:02:00.0: 100 hostpci0; 101 hostpci0 by two",
    ]);
  });

  test("what is in the group of a physical function and its virtual ones, for both are bound to vfio-pci", () => {
    const audio = { ...AUDIO, iommugroup: 1 };
    const withAudio = host({
      "0000:01:00.0": { ...NIC, virtfns, iommugroup: 1 },
      "0000:01:00.2": { ...VF, iommugroup: 2 },
      "0000:02:00.0": audio,
    });
    expect(clashes([first, guest(104, [["hostpci0", "02:00"]])], withAudio, each(withAudio))).toEqual([
      "virtual functions of 0000:01:00.0: 101 hostpci0; 104 hostpci0",
    ]);
  });

  const NVIDIA_VF: Traits = { device: "0x20b5", physfn: "0000:41:00.0", mdev: 1 };
  const vgpus = (traits: Traits) =>
    host({
      "0000:41:00.0": { virtfns: { virtfn0: "0000:41:00.4", virtfn1: "0000:41:00.5" }, iommugroup: 40 },
      "0000:41:00.4": { ...NVIDIA_VF, iommugroup: 44, ...traits },
      "0000:41:00.5": { ...NVIDIA_VF, iommugroup: 45, ...traits },
    });

  test.each([
    ["of the older driver", vgpus({})],
    ["of the newer driver", vgpus({ nvidia: 1 })],
    [
      "of the newer driver, on a Proxmox that tells no virtual functions",
      withoutVirtualFunctions(vgpus({ nvidia: 1 })),
    ],
  ])("a virtual function of NVIDIA's, %s, whatever types they make", (_which, on) => {
    const one = guest(100, [["hostpci0", "41:00.4,mdev=nvidia-100"]]);
    const other = guest(102, [["hostpci0", "41:00.4,mdev=nvidia-200"]]);
    const free = guest(103, [["hostpci0", "41:00.5,mdev=nvidia-200"]]);
    expect(clashes([one, other, free], on, each(on))).toEqual(["0000:41:00.4: 100 hostpci0; 102 hostpci0"]);
    expect(clashes([one, free], on, each(on))).toEqual([]);
  });

  test.each([
    ["older", vgpus({})],
    ["newer", vgpus({ nvidia: 1 })],
  ])(
    "virtual functions of NVIDIA's through a mapping, of which each serves one guest (%s driver)",
    (_which, on) => {
      const lines = ["pve1,path=0000:41:00.4", "pve1,path=0000:41:00.5"];
      const guests = (count: number): readonly Guest[] =>
        Array.from({ length: count }, (_, index) =>
          guest(200 + index, [["hostpci0", "mapping=vgpu,mdev=nvidia-1"]]),
        );
      const found = (count: number) =>
        clashesOver(each(on), [on], guests(count), coverageOf({ vgpu: lines }, [on]));
      expect(found(2)).toEqual([]);
      expect(found(3)).toMatchObject([{ over: "mapping", lines: 2, serves: 2 }]);
    },
  );

  test("an IOMMU group, of NVIDIA's virtual functions only with the newer driver, which passes them themselves", () => {
    const guests = [
      guest(100, [["hostpci0", "41:00.4,mdev=nvidia-1"]]),
      guest(102, [["hostpci0", "41:00.5,mdev=nvidia-1"]]),
    ];
    const older = vgpus({ iommugroup: 44 });
    const newer = vgpus({ iommugroup: 44, nvidia: 1 });
    expect(clashes(guests, older, each(older))).toEqual([]);
    expect(clashes(guests, newer, each(newer))).toEqual([
      "group 44 with 0000:41:00.4 0000:41:00.5: 100 hostpci0; 102 hostpci0",
    ]);
  });
});

function withoutVirtualFunctions({ node, devices }: Host): Host {
  return arrangeHost(
    node,
    devices.map((device) => ({ ...device, physicalFunction: null, virtualFunctions: [] })),
    false,
  );
}

describe("guests do not clash", () => {
  const other = guest(100, [["hostpci0", "01:00"]]);

  test.each<[string, readonly Guest[]]>([
    ["by different cards", [other, guest(101, [["hostpci0", "02:00"]])]],
    ["by one card of different nodes", [other, guest(101, [["hostpci0", "01:00"]], { node: "pve2" })]],
    ["by a template, which never starts", [other, guest(101, [["hostpci0", "01:00"]], { template: true })]],
    ["by what the next start removes", [other, guest(101, [["hostpci0", "01:00", null, true]])]],
    ["by what the next start replaces", [other, guest(101, [["hostpci0", "01:00", "02:00"]])]],
    [
      "by entries of one of them",
      [
        guest(100, [
          ["hostpci0", "01:00"],
          ["hostpci1", "01:00.1"],
        ]),
      ],
    ],
    [
      "by other keys",
      [
        other,
        guest(101, [
          ["description", "01:00"],
          ["usb0", "host=01:00"],
        ]),
      ],
    ],
    [
      "by what names no device",
      [
        other,
        guest(101, [
          ["hostpci0", "pcie=1"],
          ["hostpci1", "mapping=gone"],
        ]),
      ],
    ],
    [
      "by mediated devices",
      [100, 101, 102].map((vmid) => guest(vmid, [["hostpci0", "mapping=first,mdev=nvidia-35"]])),
    ],
    [
      "by mediated devices of a mapping with choices",
      [100, 101, 102].map((vmid) => guest(vmid, [["hostpci0", "mapping=pool,mdev=nvidia-35"]])),
    ],
    [
      "by as many as a mapping has devices on their node",
      [
        ...[100, 101].map((vmid) => guest(vmid, [["hostpci0", "mapping=pool"]])),
        guest(102, [["hostpci0", "mapping=pool"]], { node: "pve2" }),
      ],
    ],
    [
      "by more entries of one of them than a mapping has devices",
      [
        guest(100, [
          ["hostpci0", "mapping=pool"],
          ["hostpci1", "mapping=pool"],
          ["hostpci2", "mapping=pool"],
        ]),
      ],
    ],
  ])("%s", (_how, guests) => {
    expect(clashes(guests)).toEqual([]);
  });

  test("over what nobody asks about", () => {
    const guests = [100, 101, 102].map((vmid) =>
      guest(vmid, [
        ["hostpci0", "01:00"],
        ["hostpci1", "mapping=pool"],
      ]),
    );
    expect(clashes(guests, CARDS, targetsOf(CARDS).slice(2))).toEqual([]);
  });
});
