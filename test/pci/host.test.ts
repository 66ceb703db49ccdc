import { describe, expect, test } from "vitest";
import {
  arrangeHost,
  dependsOnVersion,
  hasVirtualFunctionInSlot,
  isIommuOff,
  isVirtualFunction,
} from "../../src/pci/host.ts";
import { AUDIO, device, host, NIC, paths, type Traits } from "./support/hardware.ts";

const OLD = { reports: false };

const virtualOnes = (one: ReturnType<typeof host>): string[] =>
  paths(one.devices.filter((it) => isVirtualFunction(one, it)));

describe("arrangeHost", () => {
  test("orders functions by the numbers of their addresses", () => {
    const one = host({
      "10000:00:00.0": {},
      "0000:c1:00.0": {},
      "0000:03:00.1": {},
      "0000:03:00.0": {},
      "ffff:00:00.0": {},
    });
    expect(paths(one.devices)).toEqual([
      "0000:03:00.0",
      "0000:03:00.1",
      "0000:c1:00.0",
      "ffff:00:00.0",
      "10000:00:00.0",
    ]);
  });

  test("takes the first of several records of one address", () => {
    const records = [
      device("0000:01:00.0", { device: "0x1111" }),
      device("0000:01:00.0"),
      device("0000:00:02.0"),
    ];
    const { devices } = arrangeHost("pve1", records, true);
    expect(devices.map(({ path, id }) => [path, id])).toEqual([
      ["0000:00:02.0", "10de:2204"],
      ["0000:01:00.0", "10de:1111"],
    ]);
  });

  test("does not touch the list that it is given", () => {
    const records = [device("0000:02:00.0"), device("0000:01:00.0")];
    arrangeHost("pve1", records, true);
    expect(paths(records)).toEqual(["0000:02:00.0", "0000:01:00.0"]);
  });

  test("arranges a host without any device", () => {
    const empty = host({});
    expect(empty).toMatchObject({ node: "pve1", devices: [], reportsVirtualFunctions: true });
    expect(empty.bySlot.size + empty.byGroup.size + empty.physicalFunctions.size).toBe(0);
  });

  test("keeps slots of different domains, and groups, apart", () => {
    const one = host({
      "0000:01:00.0": { iommugroup: 0 },
      "0000:01:00.1": { iommugroup: 0 },
      "0001:01:00.0": { iommugroup: 1 },
      "10000:01:00.0": { iommugroup: -1 },
    });
    expect([...one.bySlot.values()].map(paths)).toEqual([
      ["0000:01:00.0", "0000:01:00.1"],
      ["0001:01:00.0"],
      ["10000:01:00.0"],
    ]);
    expect([...one.byGroup].map(([group, devices]) => [group, paths(devices)])).toEqual([
      [0, ["0000:01:00.0", "0000:01:00.1"]],
      [1, ["0001:01:00.0"]],
    ]);
  });
});

describe("virtual functions that Proxmox reports", () => {
  test("are those that have a physical function, on whatever bus it is", () => {
    const one = host({
      "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4", virtfn1: "0000:c2:00.0" } },
      "0000:c1:00.4": { physfn: "0000:c1:00.0" },
      "0000:c2:00.0": { physfn: "0000:c1:00.0" },
      "0000:c3:00.0": {},
    });
    expect(virtualOnes(one)).toEqual(["0000:c1:00.4", "0000:c2:00.0"]);
    expect([...one.livePhysicalFunctions]).toEqual(["0000:c1:00.0"]);
  });

  test("are believed when only one side names the other", () => {
    const one = host({
      "0000:41:00.0": {},
      "0000:41:00.4": { physfn: "0000:41:00.0" },
      "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4" } },
      "0000:c1:00.4": {},
    });
    expect(virtualOnes(one)).toEqual(["0000:41:00.4", "0000:c1:00.4"]);
    expect([...one.livePhysicalFunctions].sort()).toEqual(["0000:41:00.0", "0000:c1:00.0"]);
    expect(one.physicalFunctions.get("0000:c1:00.4")).toBe("0000:c1:00.0");
  });

  test("belong to the physical function that they name themselves", () => {
    const one = host({
      "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4" } },
      "0000:c1:00.1": {},
      "0000:c1:00.4": { physfn: "0000:c1:00.1" },
    });
    expect(one.physicalFunctions.get("0000:c1:00.4")).toBe("0000:c1:00.1");
    expect([...one.livePhysicalFunctions].sort()).toEqual(["0000:c1:00.0", "0000:c1:00.1"]);
  });

  test("may be missing among the devices, and keep their place in the slot", () => {
    const one = host({ "0000:c1:00.0": { virtfns: { virtfn0: "0000:c1:00.4", virtfn1: "0000:c1:02.7" } } });
    expect(virtualOnes(one)).toEqual([]);
    expect([...one.livePhysicalFunctions]).toEqual(["0000:c1:00.0"]);
    const lies = (bus: number, slot: number) =>
      hasVirtualFunctionInSlot(one, { domain: 0, bus, device: slot });
    expect([lies(0xc1, 0), lies(0xc1, 1), lies(0xc1, 2), lies(0xc2, 0)]).toEqual([true, false, true, false]);
  });

  test("prove that Proxmox reports them, whatever its version says", () => {
    const one = host(
      { "0000:c1:00.0": {}, "0000:c1:00.4": {}, "0000:41:00.4": { physfn: "0000:41:00.0" } },
      OLD,
    );
    expect(one.reportsVirtualFunctions).toBe(true);
    expect(virtualOnes(one)).toEqual(["0000:41:00.4"]);
  });
});

describe("virtual functions that an older Proxmox keeps silent about", () => {
  const SILENT = { "0000:c1:00.0": {}, "0000:c1:00.4": {} };

  test("are inferred, with the cards that have them", () => {
    const one = host(SILENT, OLD);
    expect(virtualOnes(one)).toEqual(["0000:c1:00.4"]);
    expect([...one.livePhysicalFunctions]).toEqual(["0000:c1:00.0"]);
    expect(hasVirtualFunctionInSlot(one, { domain: 0, bus: 0xc1, device: 0 })).toBe(true);
  });

  test("are virtual functions without a physical one too", () => {
    const one = host({ "0000:00:02.0": { vendor: "0x1002", device: "0x74b5", class: "0x120000" } }, OLD);
    expect(virtualOnes(one)).toEqual(["0000:00:02.0"]);
    expect(one.livePhysicalFunctions.size).toBe(0);
  });

  test("are not inferred where Proxmox would report them", () => {
    expect(virtualOnes(host(SILENT))).toEqual([]);
  });

  test("do not show in what the devices say", () => {
    const said = host(SILENT, OLD).devices.map(({ physicalFunction, virtualFunctions }) => [
      physicalFunction,
      virtualFunctions,
    ]);
    expect(said).toEqual([
      [null, []],
      [null, []],
    ]);
  });

  test("make it matter which version a host has, unless its answer shows that already", () => {
    const depends = (functions: { readonly [id: string]: Traits }) =>
      dependsOnVersion(host(functions).devices);
    expect(depends(SILENT)).toBe(true);
    expect(depends({ "0000:c1:00.0": {}, "0000:c2:00.0": {} })).toBe(false);
    expect(depends({ ...SILENT, "0000:41:00.4": { ...NIC, physfn: "0000:41:00.0" } })).toBe(false);
  });
});

describe("isIommuOff", () => {
  test.each<[string, Record<string, Traits>, boolean]>([
    ["when no function has a group", { "0000:01:00.0": { iommugroup: -1 } }, true],
    [
      "not when one has",
      { "0000:01:00.0": { iommugroup: -1 }, "0000:01:00.1": { ...AUDIO, iommugroup: 0 } },
      false,
    ],
    ["not of a host without functions", {}, false],
  ])("is said %s", (_what, functions, off) => {
    expect(isIommuOff(host(functions))).toBe(off);
  });
});
