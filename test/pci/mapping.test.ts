import { describe, expect, test } from "vitest";
import { mappingEntry, mappingsOf, type NamedUnit, poolsOf } from "../../src/pci/mapping.ts";
import { addressMappingName } from "../../src/pci/mapping-name.ts";
import { unitsOf } from "../../src/pci/unit.ts";
import { AUDIO, host, type Traits } from "./support/hardware.ts";

function named(functions: { readonly [id: string]: Traits }, node = "pve1"): NamedUnit[] {
  const units = unitsOf(host(functions, { node }));
  return units.map((unit) => ({
    ...unit,
    mappingName: addressMappingName("gpu", unit.node, unit.main.address),
  }));
}

const BOARD: Traits = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };

describe("mappingEntry", () => {
  test("says of a unit what Proxmox checks, by its main function", () => {
    const [unit] = named({
      "0000:01:00.0": { ...BOARD, iommugroup: 0 },
      "0000:01:00.1": { ...AUDIO, iommugroup: 2 },
    });
    expect(unit === undefined ? null : mappingEntry(unit)).toEqual({
      comment: null,
      id: "10de:2204",
      iommuGroup: 0,
      node: "pve1",
      path: "0000:01:00",
      subsystemId: "1462:3884",
    });
  });

  test("has null for what the hardware does not have", () => {
    const [unit] = named({ "0000:01:00.0": { iommugroup: -1 } });
    expect(unit === undefined ? null : mappingEntry(unit)).toMatchObject({
      iommuGroup: null,
      subsystemId: null,
    });
  });
});

describe("mappingsOf", () => {
  test("makes one mapping a unit, marked as its hardware is", () => {
    const mappings = mappingsOf(named({ "0000:01:00.0": {}, "0000:02:00.0": { mdev: 1 } }));
    expect(
      [...mappings].map(([name, { mediatedDevices, entries }]) => [
        name,
        mediatedDevices,
        entries.map(({ path }) => path),
      ]),
    ).toEqual([
      ["gpu-pve1-01-00", false, ["0000:01:00.0"]],
      ["gpu-pve1-02-00", true, ["0000:02:00.0"]],
    ]);
  });

  test.each<[string, Traits, string | null]>([
    ["the name", {}, "NVIDIA Corporation GA102 [GeForce RTX 3090]"],
    ["the name without space around it", { vendor_name: " A", device_name: "B " }, "A B"],
    ["nothing when the name is space", { vendor_name: " ", device_name: " " }, null],
    ["nothing when there is no name", { vendor_name: undefined, device_name: undefined }, null],
  ])("comments a mapping with %s", (_what, traits, comment) => {
    expect(mappingsOf(named({ "0000:01:00.0": traits })).get("gpu-pve1-01-00")?.comment).toBe(comment);
  });
});

describe("poolsOf", () => {
  const pools = (units: readonly NamedUnit[]) =>
    Object.fromEntries(
      [...poolsOf(units, "gpu")].map(([name, { mediatedDevices, entries }]) => [
        name,
        { mediatedDevices, where: entries.map(({ node, path }) => `${node} ${path}`) },
      ]),
    );

  test("gathers a model over all nodes, whoever made the board", () => {
    const units = [
      ...named({ "0000:01:00.0": BOARD, "0000:02:00.0": {}, "0000:03:00.0": { device: "0x2206" } }, "pve1"),
      ...named({ "0000:01:00.0": {}, "0000:01:00.1": AUDIO }, "pve2"),
    ];
    expect(pools(units)).toEqual({
      "gpu-10de-2204": {
        mediatedDevices: false,
        where: ["pve1 0000:01:00.0", "pve1 0000:02:00.0", "pve2 0000:01:00"],
      },
      "gpu-10de-2206": { mediatedDevices: false, where: ["pve1 0000:03:00.0"] },
    });
  });

  test("keeps cards, virtual functions and mediated devices apart, and leaves out what would be destroyed", () => {
    const units = named({
      "0000:01:00.0": {},
      "0000:02:00.0": { mdev: 1 },
      "0000:c1:00.0": {},
      "0000:c1:00.4": { physfn: "0000:c1:00.0" },
      "0000:c1:00.5": { physfn: "0000:c1:00.0", mdev: 1 },
    });
    expect(pools(units)).toEqual({
      "gpu-10de-2204": { mediatedDevices: false, where: ["pve1 0000:01:00.0"] },
      "gpu-10de-2204-mdev": { mediatedDevices: true, where: ["pve1 0000:02:00.0"] },
      "gpu-10de-2204-vf": { mediatedDevices: false, where: ["pve1 0000:c1:00.4"] },
      "gpu-10de-2204-vf-mdev": { mediatedDevices: true, where: ["pve1 0000:c1:00.5"] },
    });
  });

  test("comments a pool with the name of its first unit, and with nothing when that has none", () => {
    const unknown = named({ "0000:01:00.0": { vendor_name: undefined, device_name: undefined } }, "pve1");
    const vendorAlone = named({ "0000:01:00.0": { device_name: undefined } }, "pve2");
    const comment = (units: NamedUnit[]) => poolsOf(units, "gpu").get("gpu-10de-2204")?.comment;
    expect(comment([...unknown, ...vendorAlone])).toBeNull();
    expect(comment([...vendorAlone, ...named({ "0000:01:00.0": {} }, "pve3")])).toBe(
      "NVIDIA Corporation Device 2204",
    );
  });

  test("tells models that share an id by the subsystem's device id, where there is one", () => {
    const card = (vendor: string, device: string, subsystem?: readonly [string, string]): Traits => ({
      vendor: `0x${vendor}`,
      device: `0x${device}`,
      ...(subsystem && { subsystem_vendor: `0x${subsystem[0]}`, subsystem_device: `0x${subsystem[1]}` }),
    });
    const units = named({
      "0000:01:00.0": card("10de", "25b6", ["10de", "157e"]),
      "0000:02:00.0": card("10de", "25b6", ["10de", "14a9"]),
      "0000:03:00.0": { ...card("10de", "25b6", ["10de", "14a9"]), mdev: 1 },
      "0000:04:00.0": card("10de", "25b6", ["10de", "0000"]),
      "0000:05:00.0": card("10de", "25b6"),
      "0000:06:00.0": card("1002", "744c", ["1da2", "e471"]),
      // Board makers share a pool; so do boards of an id that is one model's.
      "0000:07:00.0": card("1002", "744c", ["1eae", "e471"]),
      "0000:08:00.0": card("10de", "2204", ["1462", "3884"]),
      "0000:09:00.0": card("1002", "686c", ["1002", "0c00"]),
      "0000:09:02.0": { ...card("1002", "686c", ["1002", "0c00"]), physfn: "0000:09:00.0" },
    });
    expect(
      Object.fromEntries(Object.entries(pools(units)).map(([name, { where }]) => [name, where])),
    ).toEqual({
      "gpu-10de-25b6-157e": ["pve1 0000:01:00.0"],
      "gpu-10de-25b6-14a9": ["pve1 0000:02:00.0"],
      "gpu-10de-25b6-14a9-mdev": ["pve1 0000:03:00.0"],
      "gpu-10de-25b6": ["pve1 0000:04:00.0", "pve1 0000:05:00.0"],
      "gpu-1002-744c-e471": ["pve1 0000:06:00.0", "pve1 0000:07:00.0"],
      "gpu-10de-2204": ["pve1 0000:08:00.0"],
      "gpu-1002-686c-0c00-vf": ["pve1 0000:09:02.0"],
    });
  });

  test("makes none of no units", () => {
    expect(pools([])).toEqual({});
  });
});
