import { describe, expect, test } from "vitest";
import { formatAddress } from "../../src/pci/address.ts";
import { HOSTPCI_KEY, parseHostpci } from "../../src/pci/hostpci.ts";

/** What the value takes, its addresses written out. */
function target(value: string) {
  const parsed = parseHostpci(value);
  return parsed !== null && "addresses" in parsed ? parsed.addresses.map(formatAddress) : parsed;
}

describe("parseHostpci", () => {
  test.each<[string, unknown]>([
    ["0000:01:00.0", ["0000:01:00.0"]],
    ["01:00.1", ["0000:01:00.1"]],
    ["0000:01:00", ["0000:01:00"]],
    ["0000:01:00,pcie=1,x-vga=1", ["0000:01:00"]],
    ["host=01:00,pcie=1", ["0000:01:00"]],
    ["pcie=1,host=10000:e1:00.0", ["10000:e1:00.0"]],
    ["02:00.0;02:00.1", ["0000:02:00.0", "0000:02:00.1"]],
    ["host=02:00.0;0000:03:00,rombar=0", ["0000:02:00.0", "0000:03:00"]],
    ["02:00.0,mdev=nvidia-256,romfile=vbios.bin,device-id=0x2204", ["0000:02:00.0"]],
    ["mapping=gpu-pve1-03-00", { mapping: "gpu-pve1-03-00" }],
    ["pcie=1,mapping=gpu,rombar=0", { mapping: "gpu" }],
    ["", []],
    ["none", []],
    ["gone;01:00.0", ["0000:01:00.0"]],
    ["pcie=1", null],
  ])("reads %j", (value, expected) => {
    expect(target(value)).toEqual(expected);
  });
});

describe("HOSTPCI_KEY", () => {
  test.each([
    ["hostpci0", true],
    ["hostpci15", true],
    ["hostpci", false],
    ["xhostpci0", false],
    ["hostpci0x", false],
    ["usb0", false],
  ])("%s is an entry for a device: %s", (key, is) => {
    expect(HOSTPCI_KEY.test(key)).toBe(is);
  });
});
