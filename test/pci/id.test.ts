import { describe, expect, test } from "vitest";
import { PciFormatError } from "../../src/pci/format-error.ts";
import { parseIdPair, parseVendorId } from "../../src/pci/id.ts";

describe("parseVendorId", () => {
  test.each([
    ["10de", "10de"],
    ["10DE", "10de"],
    ["0x10de", "10de"],
    ["0X10DE", "10de"],
    ["0000", "0000"],
  ])("reads %s", (text, id) => {
    expect(parseVendorId(text)).toBe(id);
  });

  test.each(["", "10d", "10dee", "nvidia", "0x", "x10de", "10de:2204", " 10de", "10de\n"])(
    "refuses %j",
    (text) => {
      const message = `"${text}" is not a vendor id: write four hexadecimal digits, such as "10de".`;
      expect(() => parseVendorId(text)).toThrow(new PciFormatError(message));
    },
  );
});

describe("parseIdPair", () => {
  test.each([
    ["10de:2204", "10de:2204"],
    ["10DE:2204", "10de:2204"],
    ["0x10de:0x2204", "10de:2204"],
    ["0x10de:2204", "10de:2204"],
    ["0000:0000", "0000:0000"],
  ])("reads %s", (text, id) => {
    expect(parseIdPair(text, "device id")).toBe(id);
  });

  test.each([
    "",
    "10de",
    "10de:",
    ":2204",
    "10de2204",
    "10de:2204:00",
    "10de:220",
    "10de: 2204",
    "10de-2204",
  ])("refuses %j", (text) => {
    const message =
      `"${text}" is not a subsystem id: write two times four hexadecimal digits with a colon between ` +
      'them, such as "10de:2204".';
    expect(() => parseIdPair(text, "subsystem id")).toThrow(new PciFormatError(message));
  });
});
