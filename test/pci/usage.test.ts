import { describe, expect, test } from "vitest";
import type { Guest } from "../../src/pci/guest.ts";
import { type UsageGap, UsageIndex } from "../../src/pci/usage.ts";
import { coverageOf, type Entry, guest } from "./support/guests.ts";
import { device } from "./support/hardware.ts";

const NO_MAPPINGS = coverageOf({});

/** The users of one function in short: `100 hostpci0`, with the mapping and whether it is still to come. */
function users(
  guests: Guest[],
  id: string,
  lines: { [name: string]: string[] } = {},
  node = "pve1",
): string[] | undefined {
  return new UsageIndex(guests, coverageOf(lines), [])
    .usedBy(device(id, {}, node))
    ?.map(
      ({ vmid, hostpci, mapping, pending }) =>
        `${vmid} ${hostpci}${mapping === null ? "" : ` by ${mapping}`}${pending ? ", pending" : ""}`,
    );
}

describe("usedBy", () => {
  test("tells who holds the function, with all that a user wants to know", () => {
    const index = new UsageIndex(
      [guest(100, [["hostpci0", "0000:01:00.0,pcie=1"]], { running: true })],
      NO_MAPPINGS,
      [],
    );
    expect(index.usedBy(device("0000:01:00.0"))).toEqual([
      {
        vmid: 100,
        type: "qemu",
        node: "pve1",
        name: "guest-100",
        running: true,
        template: false,
        hostpci: "hostpci0",
        mapping: null,
        pending: false,
      },
    ]);
  });

  test.each<[string, Entry[], string[]]>([
    ["an address", [["hostpci0", "01:00.1"]], ["100 hostpci0"]],
    ["one of several addresses", [["hostpci0", "02:00.0;01:00.1"]], ["100 hostpci0"]],
    ["a slot", [["hostpci0", "01:00"]], ["100 hostpci0"]],
    ["a slot and an address in it", [["hostpci0", "01:00;01:00.1"]], ["100 hostpci0"]],
    [
      "two entries",
      [
        ["hostpci3", "01:00"],
        ["hostpci0", "01:00.1"],
      ],
      ["100 hostpci0", "100 hostpci3"],
    ],
    ["nothing when it is another function", [["hostpci0", "01:00.0"]], []],
    ["nothing when it is another domain", [["hostpci0", "0001:01:00.1"]], []],
    [
      "nothing by other keys",
      [
        ["description", "01:00.1"],
        ["usb0", "host=01:00.1"],
      ],
      [],
    ],
    ["what is to come", [["hostpci0", null, "01:00.1"]], ["100 hostpci0, pending"]],
    ["what is, when it is to change", [["hostpci0", "01:00.1", "02:00.0"]], ["100 hostpci0"]],
    ["what is to come instead of another", [["hostpci0", "02:00.0", "01:00.1"]], ["100 hostpci0, pending"]],
    ["what is and stays", [["hostpci0", "01:00.1", "01:00"]], ["100 hostpci0"]],
    ["args", [["args", "-device vfio-pci,host=01:00.1"]], ["100 args"]],
    [
      "args, behind all others",
      [
        ["args", "-device vfio-pci,host=01:00.1"],
        ["hostpci15", "01:00"],
      ],
      ["100 hostpci15", "100 args"],
    ],
    ["args to come", [["args", "-cpu host", "-device vfio-pci,host=01:00.1"]], ["100 args, pending"]],
    ["args that are to go", [["args", "-device vfio-pci,host=01:00.1", null, true]], ["100 args"]],
    [
      "a mediated device in args",
      [
        [
          "args",
          "-device vfio-pci,sysfsdev=/sys/bus/pci/devices/0000:01:00.1/83b8f4f2-509f-382f-3c1e-e6bfe0fa1001",
        ],
      ],
      ["100 args"],
    ],
    [
      "what cannot be read by none",
      [
        ["hostpci0", "nonsense"],
        ["hostpci1", ""],
        ["hostpci2", "pcie=1"],
      ],
      [],
    ],
  ])("goes by %s", (_what, entries, expected) => {
    expect(users([guest(100, entries)], "0000:01:00.1")).toEqual(expected);
  });

  test("goes by the lines of a mapping for the guest's node, all of them", () => {
    const lines = {
      pool: ["pve1,path=0000:01:00", "pve1,path=0000:02:00.0;0000:03:00.0", "pve2,path=0000:04:00.0"],
    };
    const guests = [guest(100, [["hostpci0", "mapping=pool,pcie=1"]])];
    const found = (id: string, node?: string) => users(guests, id, lines, node);
    expect(found("0000:01:00.7")).toEqual(["100 hostpci0 by pool"]);
    expect(found("0000:02:00.0")).toEqual(["100 hostpci0 by pool"]);
    expect(found("0000:03:00.0")).toEqual(["100 hostpci0 by pool"]);
    expect(found("0000:04:00.0")).toEqual([]);
    expect(found("0000:04:00.0", "pve2")).toEqual([]);
  });

  test("knows no users by a mapping that is not there", () => {
    expect(users([guest(100, [["hostpci0", "mapping=gone"]])], "0000:01:00.0")).toEqual([]);
  });

  test("keeps nodes apart", () => {
    const guests = [
      guest(100, [["hostpci0", "01:00.0"]]),
      guest(101, [["hostpci0", "01:00.0"]], { node: "pve2" }),
    ];
    expect(users(guests, "0000:01:00.0")).toEqual(["100 hostpci0"]);
    expect(users(guests, "0000:01:00.0", {}, "pve2")).toEqual(["101 hostpci0"]);
  });

  test("is ordered by the numbers of guests and entries", () => {
    const guests = [
      guest(1000, [
        ["hostpci10", "01:00"],
        ["hostpci9", "01:00.0"],
      ]),
      guest(999, [["hostpci0", "mapping=m"]]),
    ];
    expect(users(guests, "0000:01:00.0", { m: ["pve1,path=0000:01:00.0"] })).toEqual([
      "999 hostpci0 by m",
      "1000 hostpci9",
      "1000 hostpci10",
    ]);
  });
});

describe("usedByAny", () => {
  test("names an entry once, with what holds now before what is to come", () => {
    const index = new UsageIndex(
      [
        guest(100, [
          ["hostpci0", "mapping=now", "01:00.0"],
          ["hostpci1", null, "01:00"],
        ]),
      ],
      coverageOf({ now: ["pve1,path=0000:01:00.1"] }),
      [],
    );
    const functions = [device("0000:01:00.0"), device("0000:01:00.1")];
    expect(
      index.usedByAny(functions)?.map(({ hostpci, mapping, pending }) => ({ hostpci, mapping, pending })),
    ).toEqual([
      { hostpci: "hostpci0", mapping: "now", pending: false },
      { hostpci: "hostpci1", mapping: null, pending: true },
    ]);
  });

  test("knows no users of nothing", () => {
    expect(new UsageIndex([guest(100, [["hostpci0", "01:00"]])], NO_MAPPINGS, []).usedByAny([])).toEqual([]);
  });
});

describe("usedBy where users may be hidden", () => {
  const free = device("0000:02:00.0");
  const vgpu = device("0000:03:00.0", { mdev: 1 });
  const elsewhere = device("0000:02:00.0", {}, "pve2");
  const index = (...gaps: UsageGap[]) =>
    new UsageIndex([guest(100, [["hostpci0", "01:00"]])], NO_MAPPINGS, gaps);

  test("is null for what nobody is known to use, never for what somebody is", () => {
    const usage = index({ node: null, mediatedOnly: false });
    expect(usage.usedBy(free)).toBeNull();
    expect(usage.usedBy(elsewhere)).toBeNull();
    expect(usage.usedBy(device("0000:01:00.0"))).toHaveLength(1);
  });

  test("is null on that node alone", () => {
    const usage = index({ node: "pve1", mediatedOnly: false });
    expect([usage.usedBy(free), usage.usedBy(elsewhere)]).toEqual([null, []]);
  });

  test("is null for those devices alone", () => {
    const usage = index({ node: "pve1", mediatedOnly: true });
    expect([usage.usedBy(free), usage.usedBy(vgpu)]).toEqual([[], null]);
  });

  test("is null of several functions when of one of them nothing is known, unless another has a user", () => {
    const usage = index({ node: "pve1", mediatedOnly: true });
    expect(usage.usedByAny([free, vgpu])).toBeNull();
    expect(usage.usedByAny([device("0000:01:00.0"), vgpu])).toHaveLength(1);
    expect(usage.usedByAny([])).toEqual([]);
  });
});
