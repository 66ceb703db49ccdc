import { expect, test } from "vitest";
import { addressTable } from "../../src/pci/address-table.ts";
import type { NamedUnit } from "../../src/pci/mapping.ts";
import { unitsOf } from "../../src/pci/unit.ts";
import { AUDIO, host, type Traits } from "./support/hardware.ts";

const named = (functions: { readonly [id: string]: Traits }): NamedUnit[] =>
  unitsOf(host(functions)).map((unit, index) => ({ ...unit, mappingName: `unit-${index}` }));

const table = (nodes: string[], units: NamedUnit[]) =>
  Object.fromEntries([...addressTable(nodes, units)].map(([node, rows]) => [node, Object.fromEntries(rows)]));

test("a card that goes as a whole has a row for each function, and one for the slot with the main one's values", () => {
  const units = named({
    "0000:02:00.0": { iommugroup: 2, subsystem_vendor: "0x1462", subsystem_device: "0x0002" },
    "0000:02:00.1": { ...AUDIO, iommugroup: 1, subsystem_vendor: "0x1462", subsystem_device: "0x0001" },
  });
  const main = { id: "10de:2204", subsystemId: "1462:0002", iommuGroup: 2, mappingName: "unit-0" };
  expect(table(["pve1"], units)).toEqual({
    pve1: {
      "0000:02:00": main,
      "0000:02:00.0": main,
      "0000:02:00.1": { id: "10de:1aef", subsystemId: "1462:0001", iommuGroup: 1, mappingName: "unit-0" },
    },
  });
});

test("a card whose path is its main function has no row for the slot, which a mapping must not name", () => {
  const units = named({
    "0000:02:00.0": AUDIO,
    "0000:02:00.1": {},
    "0000:03:00.0": { mdev: 1 },
    "0000:03:00.1": AUDIO,
  });
  expect(Object.keys(table(["pve1"], units)["pve1"] ?? {}).sort()).toEqual([
    "0000:02:00.0",
    "0000:02:00.1",
    "0000:03:00.0",
    "0000:03:00.1",
  ]);
});

test("a card of one function and a virtual function have one row each", () => {
  const units = named({
    "0000:c1:00.0": { iommugroup: -1 },
    "0000:c1:00.4": { iommugroup: 7, physfn: "0000:c1:00.0" },
  });
  expect(table(["pve1"], units)).toEqual({
    pve1: {
      "0000:c1:00.0": { id: "10de:2204", subsystemId: null, iommuGroup: null, mappingName: "unit-0" },
      "0000:c1:00.4": { id: "10de:2204", subsystemId: null, iommuGroup: 7, mappingName: "unit-1" },
    },
  });
});

test("every node that was read has its rows, and be they none", () => {
  expect(table(["pve1", "pve2"], [])).toEqual({ pve1: {}, pve2: {} });
});

test("a unit of a node that was not read is a bug", () => {
  expect(() => addressTable(["pve2"], named({ "0000:01:00.0": {} }))).toThrow(
    new Error("unit unit-0 is on a node that was not read"),
  );
});
