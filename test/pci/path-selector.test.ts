import { describe, expect, test } from "vitest";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { parseFunctionSelector, parsePathSelector, selectsDevice } from "../../src/pci/path-selector.ts";
import { device } from "./support/hardware.ts";

describe("selectors of addresses", () => {
  test.each([
    ["03:00.0", null, { domain: 0, bus: 3, device: 0, function: 0 }],
    ["pve1/0000:03:00", "pve1", { domain: 0, bus: 3, device: 0 }],
  ])("read %s", (text, node, address) => {
    expect(parsePathSelector(text)).toEqual({ text, node, address });
  });

  const NO_ADDRESS =
    'is not a PCI address: write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot.';
  const NO_NODE = 'is not the name of a Proxmox node: names have letters, digits and "-", such as "pve1".';

  test.each([
    ["", `"" ${NO_ADDRESS}`],
    ["pve1", `"pve1" ${NO_ADDRESS}`],
    ["pve1/", `"pve1/" ${NO_ADDRESS}`],
    ["pve1/gpu", `"pve1/gpu" ${NO_ADDRESS}`],
    ["pve1/03:00.0/1", `"pve1/03:00.0/1" ${NO_ADDRESS}`],
    ["pve1/pve2/03:00", `"pve1/pve2/03:00" ${NO_ADDRESS}`],
    ["pve1/03:20", '"pve1/03:20" is not a PCI address: a bus has the devices 00 to 1f, not 20.'],
    ["pve1/03:00.8", '"pve1/03:00.8" is not a PCI address: a device has the functions 0 to 7, not 8.'],
    ["/03:00.0", `"/03:00.0": "" ${NO_NODE}`],
    ["pve 1/03:00.0", `"pve 1/03:00.0": "pve 1" ${NO_NODE}`],
  ])("refuse %j", (text, message) => {
    expect(() => parsePathSelector(text)).toThrow(new PciFormatError(message));
    expect(() => parseFunctionSelector(text)).toThrow(new PciFormatError(message));
  });

  test("of functions refuse a slot", () => {
    expect(() => parseFunctionSelector("pve1/C1:00")).toThrow(
      new PciFormatError('"pve1/C1:00" is a slot: write the function too, such as "pve1/0000:c1:00.0".'),
    );
  });

  test.each([
    ["01:00.0", true],
    ["01:00", true],
    ["pve1/01:00", true],
    ["pve2/01:00.0", false],
    ["01:00.1", false],
    ["0001:01:00.0", false],
    ["02:00", false],
  ])("%s selects pve1's 0000:01:00.0: %s", (text, selects) => {
    expect(selectsDevice(parsePathSelector(text), device("0000:01:00.0"))).toBe(selects);
  });
});
