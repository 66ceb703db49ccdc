import { describe, expect, test } from "vitest";
import { parseMappingLine } from "../../src/pci/mapping-line.ts";
import type { MappingLines } from "../../src/pci/usage.ts";
import { type Clash, clashesOver, type StartableGuest, type Target } from "../../src/pci/usage-clash.ts";
import { device, type Traits } from "./support/hardware.ts";

/** An entry: its key, what it is now, what it is to be, and whether it is to be removed. */
type Entry = readonly [key: string, value: string | null, pending?: string | null, deleted?: boolean];

function guest(
  vmid: number,
  entries: readonly Entry[],
  { node = "pve1", template = false } = {},
): StartableGuest {
  return {
    vmid,
    type: "qemu",
    node,
    name: vmid === 101 ? null : `guest-${vmid}`,
    template,
    entries: entries.map(([key, value, pending = null, deleted = false]) => ({
      key,
      value,
      pending,
      deleted,
    })),
  };
}

function mappings(lines: { readonly [name: string]: readonly string[] }): MappingLines {
  return new Map(
    Object.entries(lines).map(([name, texts]) => [
      name,
      texts.map((text) => parseMappingLine(`node=${text}`)).filter((line) => line !== null),
    ]),
  );
}

/** A card with its audio, in one IOMMU group unless said otherwise. */
function card(slot: string, traits: Traits = {}): Target {
  return [device(`${slot}.0`), device(`${slot}.1`, traits)];
}

const CARDS = [card("0000:01:00"), card("0000:02:00"), card("0000:03:00")];
const LINES = {
  first: ["pve1,path=0000:01:00"],
  audio: ["pve1,path=0000:01:00.1"],
  both: ["pve1,path=0000:01:00.0;0000:02:00.0"],
  pool: ["pve1,path=0000:01:00", "pve1,path=0000:02:00", "pve2,path=0000:01:00"],
};

/** A clash in short: what it is over, and `VMID KEY` of every claim. */
function short(clash: Clash): string {
  const over =
    "target" in clash ? clash.target[0].path : `${clash.devices} of ${clash.mapping} on ${clash.node}`;
  const claims = clash.claims.map(
    ({ vmid, hostpci, mapping, pending }) =>
      `${vmid} ${hostpci}${mapping === null ? "" : ` by ${mapping}`}${pending ? ", pending" : ""}`,
  );
  return `${over}: ${claims.join("; ")}`;
}

function clashes(guests: readonly StartableGuest[], targets: readonly Target[] = CARDS): readonly string[] {
  return clashesOver(targets, guests, mappings(LINES)).map(short);
}

describe("guests clash", () => {
  test.each<[string, readonly StartableGuest[], string]>([
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
      "2 of pool on pve1: 100 hostpci0 by pool; 101 hostpci0 by pool; 102 hostpci0 by pool",
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
      "2 of pool on pve1: 100 hostpci0 by pool; 100 hostpci1 by pool; 101 hostpci0 by pool, pending",
    ],
  ])("%s", (_how, guests, expected) => {
    expect(clashes(guests)).toEqual([expected]);
  });

  test("over functions of different groups only where they want the same one", () => {
    const target = card("0000:01:00", { iommugroup: 99 });
    const graphics = guest(100, [["hostpci0", "01:00.0"]]);
    const audio = guest(101, [["hostpci0", "01:00.1"]]);
    const whole = guest(102, [["hostpci0", "01:00"]]);
    expect(clashes([graphics, audio], [target])).toEqual([]);
    expect(clashes([graphics, audio, whole], [target])).toEqual([
      "0000:01:00.0: 100 hostpci0; 101 hostpci0; 102 hostpci0",
    ]);
  });

  test("over a device in no group as over any other", () => {
    const target: Target = [device("0000:01:00.0", { iommugroup: -1 })];
    const guests = [100, 102].map((vmid) => guest(vmid, [["hostpci0", "01:00.0"]]));
    expect(clashes(guests, [target])).toEqual(["0000:01:00.0: 100 hostpci0; 102 hostpci0"]);
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
    const [clash] = clashesOver(CARDS, guests, new Map());
    expect(clash?.claims.map(({ vmid, name }) => [vmid, name])).toEqual([
      [100, "guest-100"],
      [101, null],
    ]);
  });
});

describe("guests do not clash", () => {
  const other = guest(100, [["hostpci0", "01:00"]]);

  test.each<[string, readonly StartableGuest[]]>([
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
    expect(clashes(guests, [card("0000:03:00")])).toEqual([]);
  });
});
