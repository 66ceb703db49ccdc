import { describe, expect, test } from "vitest";
import { fillNames } from "../../src/pci/cluster-names.ts";
import type { PciRecord } from "../../src/pci/device.ts";
import { received, record, type Traits } from "./support/hardware.ts";

const BOARD: Traits = { subsystem_vendor: "0x1462", subsystem_device: "0x3884" };
const KNOWN: Traits = {
  ...BOARD,
  subsystem_vendor_name: "Micro-Star International Co., Ltd. [MSI]",
  subsystem_device_name: "RTX 3090 Gaming X Trio",
};
const UNKNOWN: Traits = { ...BOARD, vendor_name: undefined, device_name: undefined };

const at = (traits: Traits): PciRecord => {
  const [one] = received([record("0000:01:00.0", traits)]);
  if (one === undefined) throw new Error("one record was sent");
  return one;
};
const namesOf = ({ vendor_name, device_name, subsystem_vendor_name, subsystem_device_name }: PciRecord) => [
  vendor_name,
  device_name,
  subsystem_vendor_name,
  subsystem_device_name,
];
/** The names of the first node's device, beside what the others say of theirs. */
const filled = (...nodes: readonly Traits[]) =>
  fillNames(nodes.map((traits) => [at(traits)])).map(([first]) =>
    first === undefined ? [] : namesOf(first),
  );

describe("fillNames", () => {
  const all = [
    "NVIDIA Corporation",
    "GA102 [GeForce RTX 3090]",
    "Micro-Star International Co., Ltd. [MSI]",
    "RTX 3090 Gaming X Trio",
  ];

  test("gives a node the names that it lacks, of device and subsystem", () => {
    expect(filled(UNKNOWN, KNOWN)).toEqual([all, all]);
    expect(filled(KNOWN, UNKNOWN)).toEqual([all, all]);
    expect(filled({ ...UNKNOWN, vendor_name: "", device_name: "" }, KNOWN)[0]).toEqual(all);
  });

  test("lets a node keep what it knows", () => {
    const own = { ...BOARD, vendor_name: "NVIDIA", device_name: "GA102" };
    expect(filled(own, KNOWN)).toEqual([["NVIDIA", "GA102", ...all.slice(2)], all]);
    expect(filled({ ...own, device_name: undefined }, KNOWN)[0]).toEqual(["NVIDIA", ...all.slice(1)]);
  });

  test("takes the first node that knows, in their order", () => {
    const [first] = filled(
      UNKNOWN,
      { ...UNKNOWN, vendor_name: "One" },
      { vendor_name: "Two", device_name: "Card" },
    );
    expect(first?.slice(0, 2)).toEqual(["One", "Card"]);
  });

  test("leaves unknown what no node knows", () => {
    expect(filled(UNKNOWN, UNKNOWN)[0]).toEqual([undefined, undefined, undefined, undefined]);
  });

  test("takes no name of another device, and of a subsystem none of another device's", () => {
    expect(filled(UNKNOWN, { ...KNOWN, device: "0x2206" })[0]).toEqual(Array(4).fill(undefined));
    const others = { subsystem_vendor: "0x1462", subsystem_device: "0x3885" };
    expect(filled(UNKNOWN, { ...KNOWN, ...others })[0]).toEqual([...all.slice(0, 2), undefined, undefined]);
  });

  test("leaves a device without a subsystem without its names, and one node as it is", () => {
    expect(filled({ vendor_name: undefined }, KNOWN)[0]).toEqual([...all.slice(0, 2), undefined, undefined]);
    const alone = [[at(UNKNOWN)]];
    expect(fillNames(alone)).toBe(alone);
    expect(fillNames([])).toEqual([]);
  });
});
