import { describe, expect, test } from "vitest";
import { devicesFromRecords, type PciRecord } from "../../src/pci/device.ts";
import { device, type Traits } from "./support/hardware.ts";

const RECORD: PciRecord = {
  id: "0000:01:00.0",
  class: "030000",
  vendor: "10de",
  device: "2204",
  iommugroup: 14,
  vendor_name: "NVIDIA Corporation",
  device_name: "GA102 [GeForce RTX 3090]",
  subsystem_vendor: "1462",
  subsystem_device: "3884",
  subsystem_vendor_name: "Micro-Star International Co., Ltd. [MSI]",
};

describe("the device of a record", () => {
  test("has what the record says", () => {
    expect(devicesFromRecords("pve1", [RECORD])[0]).toEqual({
      node: "pve1",
      address: { domain: 0, bus: 1, device: 0, function: 0 },
      path: "0000:01:00.0",
      vendor: "10de",
      device: "2204",
      id: "10de:2204",
      subsystemId: "1462:3884",
      iommuGroup: 14,
      class: "030000",
      name: "NVIDIA Corporation GA102 [GeForce RTX 3090]",
      subsystemName: "Micro-Star International Co., Ltd. [MSI] Device 3884",
      mdev: false,
      nvidia: false,
      gpu: true,
      physicalFunction: null,
      virtualFunctions: [],
    });
  });

  test.each<[string, Traits, number | null]>([
    ["0 is a group", { iommugroup: 0 }, 0],
    ["-1 is none", { iommugroup: -1 }, null],
    ["absence is none", { iommugroup: undefined }, null],
    ["any other number is a group", { iommugroup: 1234 }, 1234],
  ])("knows that %s", (_what, traits, group) => {
    expect(device("0000:01:00.0", traits).iommuGroup).toBe(group);
  });

  test.each<[string, Traits, string | null, string | null]>([
    ["none when there is none", {}, null, null],
    ["zeros", { subsystem_vendor: "0000", subsystem_device: "0000" }, "0000:0000", null],
    ["none when only the vendor is told", { subsystem_vendor: "1462" }, null, null],
    ["none when only the device is told", { subsystem_device: "3884" }, null, null],
    [
      "a board that pci.ids does not know",
      { subsystem_vendor: "1462", subsystem_device: "3884", subsystem_vendor_name: "MSI" },
      "1462:3884",
      "MSI Device 3884",
    ],
    [
      "a board that it knows",
      {
        subsystem_vendor: "144d",
        subsystem_device: "a801",
        subsystem_vendor_name: "Samsung",
        subsystem_device_name: "SSD 970 EVO",
      },
      "144d:a801",
      "Samsung SSD 970 EVO",
    ],
  ])("has as subsystem %s", (_what, traits, id, name) => {
    const { subsystemId, subsystemName } = device("0000:01:00.0", traits);
    expect({ subsystemId, subsystemName }).toEqual({ subsystemId: id, subsystemName: name });
  });

  test.each<[string, Traits, string | null]>([
    ["vendor and device", {}, "NVIDIA Corporation GA102 [GeForce RTX 3090]"],
    ["the number of an unknown device", { device_name: undefined }, "NVIDIA Corporation Device 2204"],
    ["nothing of an unknown vendor", { vendor_name: undefined, device_name: undefined }, null],
    ["nothing when the names are empty", { vendor_name: "", device_name: "" }, null],
    ["what was encoded twice", { vendor_name: "XFX", device_name: "IceQ X\u00c2\u00b2" }, "XFX IceQ X²"],
    ["space as it is", { vendor_name: " ", device_name: " " }, "   "],
  ])("is named by %s", (_what, traits, name) => {
    expect(device("0000:01:00.0", traits).name).toBe(name);
  });

  test.each<[unknown, boolean]>([
    [1, true],
    [true, true],
    [0, false],
    [false, false],
    [undefined, false],
  ])("takes mdev %j for %s", (mdev, expected) => {
    expect(device("0000:01:00.0", { mdev: mdev as Traits["mdev"] }).mdev).toBe(expected);
  });

  test("knows its physical function, and its virtual functions in numerical order", () => {
    expect(device("0000:c1:00.4", { physfn: "0000:C1:00.0" }).physicalFunction).toBe("0000:c1:00.0");
    const virtfns = {
      virtfn0: "0000:c1:01.0",
      virtfn10: "10000:00:00.1",
      virtfn1: "0000:c1:00.4",
      virtfn2: "ffff:00:00.0",
    };
    expect(device("0000:c1:00.0", { virtfns }).virtualFunctions).toEqual([
      "0000:c1:00.4",
      "0000:c1:01.0",
      "ffff:00:00.0",
      "10000:00:00.1",
    ]);
    expect(device("0000:c1:00.0", { virtfns: {} }).virtualFunctions).toEqual([]);
  });
});

describe("devicesFromRecords", () => {
  test("gives for every record what it gives by itself, however much records have in common", () => {
    const fields = {
      vendor: ["10de", "1002"],
      device: ["2204", "2206"],
      class: ["030000", "030200"],
      vendor_name: ["NVIDIA Corporation", "undefined", undefined],
      device_name: ["GA102 [GeForce RTX 3090]", "", undefined],
      subsystem_vendor: ["1462", undefined],
      subsystem_device: ["3884", "3885"],
      subsystem_vendor_name: ["MSI", undefined],
      subsystem_device_name: ["Suprim", undefined],
    };
    const alike = Object.entries(fields).reduce<PciRecord[]>(
      (records, [name, values]) =>
        records.flatMap((one) => values.map((value) => ({ ...one, [name]: value }))),
      [RECORD],
    );
    const records = [...alike, ...alike].map((one, index) => ({
      ...one,
      id: `0000:${(index % 256).toString(16).padStart(2, "0")}:00.0`,
      iommugroup: index,
    }));
    expect(devicesFromRecords("pve1", records)).toEqual(
      records.flatMap((one) => devicesFromRecords("pve1", [one])),
    );
  });
});
