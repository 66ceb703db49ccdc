import { describe, expect, test } from "vitest";
import { unitsOf } from "../../src/pci/unit.ts";
import { AUDIO, CONSOLE, host, NIC, paths, type Traits } from "./support/hardware.ts";

/** The units of a host in short: kind, path, functions, and what the path leaves behind. */
function units(functions: { readonly [id: string]: Traits }, reports = true) {
  return unitsOf(host(functions, { reports })).map((unit) => ({
    kind: unit.kind,
    main: unit.main.path,
    path: unit.path,
    functions: paths(unit.functions),
    leftBehind: paths(unit.leftBehind),
  }));
}

const USB: Traits = { class: "0x0c0330", device: "0x1ad6" };

describe("a card", () => {
  test("is one unit with all functions of its slot, and its path names the slot", () => {
    expect(units({ "0000:02:00.0": {}, "0000:02:00.1": AUDIO, "0000:02:00.2": USB })).toEqual([
      {
        kind: "card",
        main: "0000:02:00.0",
        path: "0000:02:00",
        functions: ["0000:02:00.0", "0000:02:00.1", "0000:02:00.2"],
        leftBehind: [],
      },
    ]);
  });

  test("of a single function is named by its address", () => {
    expect(units({ "10000:e1:00.0": {}, "0000:e1:00.1": AUDIO })).toEqual([
      {
        kind: "card",
        main: "10000:e1:00.0",
        path: "10000:e1:00.0",
        functions: ["10000:e1:00.0"],
        leftBehind: [],
      },
    ]);
  });

  test("with several displays is one unit still, named for the lowest", () => {
    const [unit, ...others] = units({ "0000:02:00.0": {}, "0000:02:00.1": {}, "0000:02:00.3": {} });
    expect(others).toEqual([]);
    expect(unit).toMatchObject({ main: "0000:02:00.0", path: "0000:02:00" });
  });

  test("has no unit without a display or an accelerator that can be passed through", () => {
    expect(
      units({ "0000:01:00.0": NIC, "0000:02:00.0": CONSOLE, "0000:03:00.0": AUDIO, "0000:03:00.1": USB }),
    ).toEqual([]);
  });

  test("is a unit of its own beside other slots of its bus", () => {
    const bothSlots = units({ "0000:01:00.0": {}, "0000:01:01.0": {}, "0001:01:00.0": {} });
    expect(bothSlots.map(({ path }) => path)).toEqual(["0000:01:00.0", "0000:01:01.0", "0001:01:00.0"]);
  });
});

describe("a card that cannot be passed through as a whole", () => {
  test.each<[string, Record<string, Traits>, string, string[]]>([
    [
      "because .0 is not its main function",
      { "0000:02:00.0": AUDIO, "0000:02:00.1": {}, "0000:02:00.2": USB },
      "0000:02:00.1",
      ["0000:02:00.0", "0000:02:00.2"],
    ],
    [
      "because .0 is a console, which stays with the host",
      { "0000:02:00.0": CONSOLE, "0000:02:00.1": {} },
      "0000:02:00.1",
      [],
    ],
    [
      "because a function of another vendor lies in its slot",
      { "0000:02:00.0": {}, "0000:02:00.1": AUDIO, "0000:02:00.2": NIC },
      "0000:02:00.0",
      ["0000:02:00.1"],
    ],
    ["because there is no .0", { "0000:02:00.1": {}, "0000:02:00.2": USB }, "0000:02:00.1", ["0000:02:00.2"]],
    [
      "because its main function offers mediated devices",
      { "0000:02:00.0": { mdev: 1 }, "0000:02:00.1": AUDIO },
      "0000:02:00.0",
      ["0000:02:00.1"],
    ],
    [
      "because another function does",
      { "0000:02:00.0": {}, "0000:02:00.1": { ...AUDIO, mdev: 1 } },
      "0000:02:00.0",
      ["0000:02:00.1"],
    ],
    [
      "because another card's virtual function lies in its slot",
      {
        "0000:02:00.0": {},
        "0000:02:00.1": AUDIO,
        "0000:02:00.4": { ...NIC, physfn: "0000:01:00.0" },
      },
      "0000:02:00.0",
      ["0000:02:00.1"],
    ],
    [
      "because one is said to lie there",
      {
        "0000:01:00.0": { ...NIC, virtfns: { virtfn0: "0000:02:00.4" } },
        "0000:02:00.0": {},
        "0000:02:00.1": AUDIO,
      },
      "0000:02:00.0",
      ["0000:02:00.1"],
    ],
  ])("is named by its main function, %s", (_why, functions, path, leftBehind) => {
    const card = units(functions).find((unit) => unit.path.startsWith("0000:02"));
    expect(card).toMatchObject({ kind: "card", main: path, path, leftBehind });
  });

  test("leaves nothing behind when it has one function beside its virtual ones", () => {
    const [pf] = units({
      "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4" } },
      "0000:c1:00.4": { physfn: "0000:c1:00.0" },
    });
    expect(pf).toEqual({
      kind: "pf",
      main: "0000:c1:00.0",
      path: "0000:c1:00.0",
      functions: ["0000:c1:00.0"],
      leftBehind: [],
    });
  });
});

describe("companions", () => {
  const amd = (device: string, code: string, vendor = "0x1002"): Traits => ({
    vendor,
    device: `0x${device}`,
    class: `0x${code}`,
  });

  test("of an APU's GPU are what AMD's graphics vendor id bears, and the rest of the slot is the host's", () => {
    const apu = {
      "0000:c6:00.0": { ...amd("1900", "030000"), iommugroup: 21 },
      "0000:c6:00.1": { ...amd("1640", "040300"), iommugroup: 22 },
      "0000:c6:00.2": { ...amd("15c7", "108000", "0x1022"), iommugroup: 21 },
      "0000:c6:00.3": { ...amd("15b9", "0c0330", "0x1022"), iommugroup: 24 },
    };
    const [unit] = unitsOf(host(apu));
    expect(unit).toMatchObject({
      kind: "card",
      path: "0000:c6:00.0",
      iommuGroups: [21, 22],
      isolated: false,
    });
    expect(paths(unit?.functions ?? [])).toEqual(["0000:c6:00.0", "0000:c6:00.1"]);
    expect(paths(unit?.leftBehind ?? [])).toEqual(["0000:c6:00.1"]);
    expect(paths(unit?.groupPeers ?? [])).toEqual(["0000:c6:00.2"]);
  });

  test("of a card with USB-C are all its functions", () => {
    const radeon = {
      "0000:03:00.0": amd("73bf", "030000"),
      "0000:03:00.1": amd("ab28", "040300"),
      "0000:03:00.2": amd("73a6", "0c0330"),
      "0000:03:00.3": amd("73a4", "0c8000"),
    };
    expect(units(radeon)).toMatchObject([
      { path: "0000:03:00", functions: Object.keys(radeon), leftBehind: [] },
    ]);
  });

  test("of accelerators are no accelerators: each is a unit, and the slot's other functions are the lowest one's", () => {
    const alveo = (device: string, code = "0x120000"): Traits => ({
      vendor: "0x10ee",
      device: `0x${device}`,
      class: code,
    });
    expect(units({ "0000:c1:00.0": alveo("5000"), "0000:c1:00.1": alveo("5001") })).toEqual([
      {
        kind: "card",
        main: "0000:c1:00.0",
        path: "0000:c1:00.0",
        functions: ["0000:c1:00.0"],
        leftBehind: [],
      },
      {
        kind: "card",
        main: "0000:c1:00.1",
        path: "0000:c1:00.1",
        functions: ["0000:c1:00.1"],
        leftBehind: [],
      },
    ]);
    const three = {
      "0000:c1:00.0": alveo("5000"),
      "0000:c1:00.1": alveo("5001"),
      "0000:c1:00.2": alveo("5002", "0x058000"),
    };
    expect(units(three)).toEqual([
      {
        kind: "card",
        main: "0000:c1:00.0",
        path: "0000:c1:00.0",
        functions: ["0000:c1:00.0", "0000:c1:00.2"],
        leftBehind: ["0000:c1:00.2"],
      },
      {
        kind: "card",
        main: "0000:c1:00.1",
        path: "0000:c1:00.1",
        functions: ["0000:c1:00.1"],
        leftBehind: [],
      },
    ]);
  });

  test("of a display are accelerators beside it, and of an accelerator the display", () => {
    const accelerator: Traits = { class: "0x120000", device: "0x1111" };
    expect(units({ "0000:01:00.0": {}, "0000:01:00.1": accelerator })).toMatchObject([
      { path: "0000:01:00" },
    ]);
    expect(units({ "0000:01:00.0": accelerator, "0000:01:00.1": {} })).toMatchObject([
      { path: "0000:01:00" },
    ]);
  });

  test("are none of another vendor, which makes a unit of its own where it is a display", () => {
    const foreign: Traits = { vendor: "0x8086", device: "0x56a0" };
    expect(units({ "0000:01:00.0": {}, "0000:01:00.1": foreign }).map(({ path }) => path)).toEqual([
      "0000:01:00.0",
      "0000:01:00.1",
    ]);
  });
});

describe("virtual functions", () => {
  const SRIOV: Record<string, Traits> = {
    "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4", virtfn1: "0000:c1:01.0" } },
    "0000:c1:00.1": AUDIO,
    "0000:c1:00.4": { physfn: "0000:c1:00.0", mdev: 1 },
    "0000:c1:01.0": { physfn: "0000:c1:00.0" },
    "0000:c1:01.1": { ...NIC, physfn: "0000:c2:00.0" },
  };

  test("are units by themselves, and no companions of anything", () => {
    expect(units(SRIOV)).toEqual([
      {
        kind: "pf",
        main: "0000:c1:00.0",
        path: "0000:c1:00.0",
        functions: ["0000:c1:00.0", "0000:c1:00.1"],
        leftBehind: ["0000:c1:00.1"],
      },
      {
        kind: "vf",
        main: "0000:c1:00.4",
        path: "0000:c1:00.4",
        functions: ["0000:c1:00.4"],
        leftBehind: [],
      },
      {
        kind: "vf",
        main: "0000:c1:01.0",
        path: "0000:c1:01.0",
        functions: ["0000:c1:01.0"],
        leftBehind: [],
      },
    ]);
  });

  test("make no unit when they are neither display nor accelerator", () => {
    expect(units({ "0000:c1:00.4": { ...NIC, physfn: "0000:c1:00.0" } })).toEqual([]);
  });

  test("of a companion make a card a physical function too, and it stays whole when they lie elsewhere", () => {
    const companion = { ...AUDIO, class: "0x020000", device: "0x1017" };
    const [card] = units({
      "0000:01:00.0": {},
      "0000:01:00.1": { ...companion, virtfns: { virtfn0: "0000:01:02.0" } },
      "0000:01:02.0": { ...companion, physfn: "0000:01:00.1" },
    });
    expect(card).toMatchObject({ kind: "pf", path: "0000:01:00" });
  });

  test("are told by their position where Proxmox keeps silent", () => {
    const silent = { "0000:c1:00.0": {}, "0000:c1:00.4": {}, "0000:c1:01.0": {} };
    const kinds = (reports: boolean) => units(silent, reports).map(({ kind, path }) => [kind, path]);
    expect(kinds(false)).toEqual([
      ["pf", "0000:c1:00.0"],
      ["vf", "0000:c1:00.4"],
      ["vf", "0000:c1:01.0"],
    ]);
    expect(kinds(true)).toEqual([
      ["card", "0000:c1:00"],
      ["card", "0000:c1:01.0"],
    ]);
  });
});

test("the units of a host are in the order of their addresses, with the isolation of each", () => {
  const found = unitsOf(
    host({
      "0000:c1:00.0": { iommugroup: 3 },
      "0000:03:00.0": { iommugroup: 2 },
      "0000:03:00.1": { ...AUDIO, iommugroup: 1 },
      "0000:00:02.0": { iommugroup: -1 },
      "0000:04:00.0": { ...NIC, iommugroup: 3 },
    }),
  );
  expect(
    found.map(({ node, path, iommuGroups, isolated, groupPeers }) => ({
      node,
      path,
      iommuGroups,
      isolated,
      peers: paths(groupPeers),
    })),
  ).toEqual([
    { node: "pve1", path: "0000:00:02.0", iommuGroups: [], isolated: null, peers: [] },
    { node: "pve1", path: "0000:03:00", iommuGroups: [1, 2], isolated: true, peers: [] },
    { node: "pve1", path: "0000:c1:00.0", iommuGroups: [3], isolated: false, peers: ["0000:04:00.0"] },
  ]);
});

test("a host with thousands of virtual functions is arranged in one pass over them", () => {
  const functions = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, index): [string, Traits] => {
      const hex = (number: number, digits: number) => number.toString(16).padStart(digits, "0");
      const id = `${hex(index >> 16, 4)}:${hex((index >> 8) & 0xff, 2)}:${hex((index >> 3) & 0x1f, 2)}.${index & 7}`;
      return [id, { iommugroup: index >> 1, physfn: "ffff:00:00.0" }];
    }),
  );
  const arranged = host(functions);
  const counted = countedReads(arranged.devices);
  expect(unitsOf({ ...arranged, devices: counted.list })).toHaveLength(20_000);
  // A look at every device for every unit would be 400 million.
  expect(counted.reads()).toBeLessThan(100_000);
});

/** A list that counts how often an element of it is read. */
function countedReads<T>(elements: readonly T[]): { list: readonly T[]; reads: () => number } {
  let reads = 0;
  const list = new Proxy(elements, {
    get(target, key, receiver): unknown {
      if (typeof key === "string" && /^\d+$/.test(key)) reads += 1;
      return Reflect.get(target, key, receiver);
    },
  });
  return { list, reads: () => reads };
}
