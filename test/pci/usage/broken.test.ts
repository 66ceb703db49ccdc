import { describe, expect, test } from "vitest";
import type { Guest } from "../../../src/pci/guest.ts";
import { CURRENT_CHECK } from "../../../src/pci/mapping-check.ts";
import { type Fault, faultsOn } from "../../../src/pci/usage/broken.ts";
import { coverageOf, guest } from "../support/guests.ts";
import { AUDIO, BRIDGE, host } from "../support/hardware.ts";

const HOST = host({
  "0000:01:00.0": {},
  "0000:01:00.1": AUDIO,
  "0000:02:00.0": {},
  "0000:03:00.0": { mdev: 1 },
  "0000:04:00.4": { mdev: 1, nvidia: 1 },
  "0000:05:00.0": BRIDGE,
});
const LINES = {
  card: ["pve1,path=0000:01:00,id=10de:2204,iommugroup=256"],
  audio: ["pve1,path=0000:01:00.1,id=10de:1aef,iommugroup=256"],
  pool: [
    "pve1,path=0000:01:00,id=10de:2204,iommugroup=256",
    "pve1,path=0000:02:00.0,id=10de:2204,iommugroup=512",
  ],
  moved: ["pve1,path=0000:02:00.0,id=10de:2204,iommugroup=7"],
  half: [
    "pve1,path=0000:01:00,id=10de:2204,iommugroup=256",
    "pve1,path=0000:09:00.0,id=10de:2204,iommugroup=3",
    "pve1,path=0000:02:00.0,id=10de:1111,iommugroup=512",
  ],
  elsewhere: ["pve3,path=0000:01:00,id=10de:2204", "pve2,path=0000:01:00,id=10de:2204"],
  twofold: ["pve1,path=0000:01:00;0000:01:00.0,id=10de:2204,iommugroup=256"],
  bridge: ["pve1,path=0000:05:00.0,id=8086:1901,iommugroup=1280"],
  half_bridge: [
    "pve1,path=0000:05:00.0,id=8086:1901,iommugroup=1280",
    "pve1,path=0000:02:00.0,id=10de:2204,iommugroup=512",
  ],
  none: [],
};

function faults(guests: readonly Guest[], isMissing = (_name: string) => true): readonly string[] {
  return faultsOn([HOST], guests, coverageOf(LINES, [HOST]), isMissing, () => CURRENT_CHECK).map(short);
}

function short(fault: Fault): string {
  const at = `${fault.guest.vmid} ${fault.key}`;
  switch (fault.kind) {
    case "no mapping":
      return `${at}: no ${fault.mapping}`;
    case "no line":
      return `${at}: ${fault.mapping} has lines for ${fault.nodes.join(" ") || "nothing"}`;
    case "invalid line":
      return `${at}: ${fault.mapping}: ${fault.message}`;
    case "nothing there":
      return `${at}: nothing at ${fault.address}`;
    case "bridge":
      return `${at}: ${fault.device.path} is a bridge`;
    case "twice":
      return `${at}: ${fault.device.path} is with ${fault.holders.join(" ")}`;
  }
}

describe("a guest will not start", () => {
  test.each<[string, Parameters<typeof guest>[1], readonly string[]]>([
    ["with a mapping that does not exist", [["hostpci0", "mapping=gone,pcie=1"]], ["100 hostpci0: no gone"]],
    [
      "with a mapping without a line for its node",
      [["hostpci0", "mapping=elsewhere"]],
      ["100 hostpci0: elsewhere has lines for pve2 pve3"],
    ],
    [
      "with a mapping without any line",
      [["hostpci0", "mapping=none"]],
      ["100 hostpci0: none has lines for nothing"],
    ],
    [
      "with a line that does not fit",
      [["hostpci0", "mapping=moved"]],
      ["100 hostpci0: moved: 'iommugroup' does not match for 'moved' (512 != 7)"],
    ],
    [
      "with one line of several that does not fit: Proxmox looks at them in turn, and dies at the first",
      [["hostpci0", "mapping=half"]],
      ["100 hostpci0: half: pci device '0000:09:00.0' not found"],
    ],
    ["with a PCI bridge", [["hostpci0", "02:00;05:00"]], ["100 hostpci0: 0000:05:00.0 is a bridge"]],
    [
      "with a mapping of a PCI bridge",
      [["hostpci0", "mapping=bridge"]],
      ["100 hostpci0: 0000:05:00.0 is a bridge"],
    ],
    ["with an address where nothing is", [["hostpci0", "09:00"]], ["100 hostpci0: nothing at 0000:09:00"]],
    [
      "with one address of several where nothing is",
      [["hostpci0", "01:00.0;09:00.1"]],
      ["100 hostpci0: nothing at 0000:09:00.1"],
    ],
    [
      "with an address in args where nothing is",
      [["args", "-device vfio-pci,host=09:00.0"]],
      ["100 args: nothing at 0000:09:00.0"],
    ],
    [
      "with a card and its sound once more",
      [
        ["hostpci0", "mapping=card"],
        ["hostpci1", "mapping=audio"],
      ],
      ["100 hostpci1: 0000:01:00.1 is with hostpci0"],
    ],
    [
      "in the order of the entries' numbers",
      [
        ["hostpci10", "01:00"],
        ["hostpci9", "01:00.1"],
      ],
      ["100 hostpci10: 0000:01:00.1 is with hostpci9"],
    ],
    [
      "with more entries for a mapping than it has devices",
      [
        ["hostpci0", "mapping=pool"],
        ["hostpci1", "mapping=pool"],
        ["hostpci2", "mapping=pool"],
      ],
      ["100 hostpci2: 0000:01:00.0 is with hostpci0 hostpci1"],
    ],
    [
      "with a device that a mapping before has taken, though that had another: Proxmox takes the first",
      [
        ["hostpci0", "mapping=pool"],
        ["hostpci1", "01:00"],
      ],
      ["100 hostpci1: 0000:01:00.0 is with hostpci0"],
    ],
    [
      "with a device in args that an entry has",
      [
        ["args", "-device vfio-pci,host=02:00.0"],
        ["hostpci0", "02:00"],
      ],
      ["100 args: 0000:02:00.0 is with hostpci0"],
    ],
    [
      "with a device twice in one entry",
      [["hostpci0", "01:00;01:00.1"]],
      ["100 hostpci0: 0000:01:00.1 is with hostpci0"],
    ],
    [
      "with a device twice in one line",
      [["hostpci0", "mapping=twofold"]],
      ["100 hostpci0: 0000:01:00.0 is with hostpci0"],
    ],
    [
      "with a virtual function of NVIDIA's twice",
      [
        ["hostpci0", "04:00.4,mdev=nvidia-5"],
        ["hostpci1", "04:00.4,mdev=nvidia-5"],
      ],
      ["100 hostpci1: 0000:04:00.4 is with hostpci0"],
    ],
    ["by what is pending", [["hostpci0", "01:00", "09:00"]], ["100 hostpci0: nothing at 0000:09:00"]],
    [
      "for every reason",
      [
        ["hostpci1", "09:00"],
        ["hostpci0", "mapping=gone"],
      ],
      ["100 hostpci0: no gone", "100 hostpci1: nothing at 0000:09:00"],
    ],
  ])("%s", (_why, entries, expected) => {
    expect(faults([guest(100, entries)])).toEqual(expected);
  });

  test.each<[string, Parameters<typeof guest>[1], boolean]>([
    [
      "all of it",
      [
        ["hostpci0", "01:00"],
        ["hostpci1", "01:00.1"],
      ],
      true,
    ],
    [
      "all that a mapping has",
      [
        ["hostpci0", "01:00"],
        ["hostpci1", "02:00"],
        ["hostpci2", "mapping=pool"],
      ],
      true,
    ],
    [
      "not the card itself",
      [
        ["hostpci0", "01:00.1"],
        ["hostpci1", "01:00"],
      ],
      false,
    ],
    [
      "not another device",
      [
        ["hostpci0", "01:00"],
        ["hostpci1", "01:00.0;02:00.0"],
      ],
      false,
    ],
    ["nothing before it", [["hostpci0", "01:00;01:00.1"]], false],
  ])("with an entry of which other entries have %s", (_what, entries, surplus) => {
    const found = faultsOn(
      [HOST],
      [guest(100, entries)],
      coverageOf(LINES, [HOST]),
      () => true,
      () => CURRENT_CHECK,
    );
    expect(found).toMatchObject([{ kind: "twice", surplus }]);
  });

  test("and another neither, in the order of their numbers", () => {
    const entries = [["hostpci0", "mapping=gone"]] as const;
    expect(faults([guest(1000, entries), guest(102, entries)])).toEqual([
      "102 hostpci0: no gone",
      "1000 hostpci0: no gone",
    ]);
  });
});

describe("nothing is wrong with a guest", () => {
  test.each<[string, Guest]>([
    [
      "that finds its devices",
      guest(100, [
        ["hostpci0", "mapping=pool"],
        ["hostpci1", "mapping=pool"],
        ["hostpci2", "03:00"],
      ]),
    ],
    ["with a choice of a PCI bridge and a card", guest(100, [["hostpci0", "mapping=half_bridge"]])],
    [
      "whose first entry leaves the second another choice",
      guest(100, [
        ["hostpci0", "01:00"],
        ["hostpci1", "mapping=pool"],
      ]),
    ],
    [
      "with two mediated devices of one",
      guest(100, [
        ["hostpci0", "03:00,mdev=i915-GVTg_V5_4"],
        ["hostpci1", "03:00.0,mdev=i915-GVTg_V5_4"],
      ]),
    ],
    ["that is a template", guest(100, [["hostpci0", "09:00"]], { template: true })],
    ["of a node that was not read", guest(100, [["hostpci0", "09:00"]], { node: "pve2" })],
    ["whose entry is to go", guest(100, [["hostpci0", "09:00", null, true]])],
    ["whose entry is to change", guest(100, [["hostpci0", "09:00", "01:00"]])],
    ["whose entry names no device", guest(100, [["hostpci0", "pcie=1"]])],
  ])("%s", (_which, one) => {
    expect(faults([one])).toEqual([]);
  });

  test("with a mapping that may be hidden", () => {
    expect(faults([guest(100, [["hostpci0", "mapping=gone"]])], () => false)).toEqual([]);
  });
});
