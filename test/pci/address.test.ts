import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  addressKey,
  busKey,
  compareAddresses,
  formatAddress,
  isFunctionAddress,
  parseAddress,
  readFormatted,
  slotKey,
} from "../../src/pci/address.ts";
import { PciFormatError } from "../../src/pci/format-error.ts";

const FORMS = 'write "0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot';

describe("parseAddress", () => {
  test.each([
    ["0000:03:00.0", { domain: 0, bus: 3, device: 0, function: 0 }],
    ["03:00.1", { domain: 0, bus: 3, device: 0, function: 1 }],
    ["0000:c1:1f.7", { domain: 0, bus: 0xc1, device: 0x1f, function: 7 }],
    ["0000:C1:00.4", { domain: 0, bus: 0xc1, device: 0, function: 4 }],
    ["10000:e1:00.0", { domain: 0x10000, bus: 0xe1, device: 0, function: 0 }],
    ["ffffffff:ff:1f.7", { domain: 0xffffffff, bus: 0xff, device: 0x1f, function: 7 }],
    ["00010000:e1:00.0", { domain: 0x10000, bus: 0xe1, device: 0, function: 0 }],
    ["0000:4b:00", { domain: 0, bus: 0x4b, device: 0 }],
    ["4b:00", { domain: 0, bus: 0x4b, device: 0 }],
  ])("reads %s", (text, address) => {
    expect(parseAddress(text)).toEqual(address);
  });

  test.each([
    ["", `"" is not a PCI address: ${FORMS}.`],
    ["gpu", `"gpu" is not a PCI address: ${FORMS}.`],
    ["03", `"03" is not a PCI address: ${FORMS}.`],
    ["3:00.0", `"3:00.0" is not a PCI address: ${FORMS}.`],
    ["000:03:00.0", `"000:03:00.0" is not a PCI address: ${FORMS}.`],
    ["000000000:03:00.0", `"000000000:03:00.0" is not a PCI address: ${FORMS}.`],
    ["0000:03:00.", `"0000:03:00." is not a PCI address: ${FORMS}.`],
    ["0000:03:00.00", `"0000:03:00.00" is not a PCI address: ${FORMS}.`],
    ["0000:03:00:0", `"0000:03:00:0" is not a PCI address: ${FORMS}.`],
    ["0000:0g:00.0", `"0000:0g:00.0" is not a PCI address: ${FORMS}.`],
    ["0x0000:03:00.0", `"0x0000:03:00.0" is not a PCI address: ${FORMS}.`],
    [" 03:00.0", `" 03:00.0" is not a PCI address: ${FORMS}.`],
    ["03:00.0\n", `"03:00.0\n" is not a PCI address: ${FORMS}.`],
    ["03:20.0", '"03:20.0" is not a PCI address: a bus has the devices 00 to 1f, not 20.'],
    ["03:ff", '"03:ff" is not a PCI address: a bus has the devices 00 to 1f, not ff.'],
    ["03:00.8", '"03:00.8" is not a PCI address: a device has the functions 0 to 7, not 8.'],
    ["03:00.f", '"03:00.f" is not a PCI address: a device has the functions 0 to 7, not f.'],
  ])("refuses %j", (text, message) => {
    expect(() => parseAddress(text)).toThrow(new PciFormatError(message));
  });
});

describe("formatAddress", () => {
  test.each([
    ["03:00.0", "0000:03:00.0"],
    ["C1:1F.7", "0000:c1:1f.7"],
    ["0001:03:00", "0001:03:00"],
    ["10000:E1:00.0", "10000:e1:00.0"],
    ["00010000:e1:00.0", "10000:e1:00.0"],
  ])("writes %s as %s", (text, canonical) => {
    expect(formatAddress(parseAddress(text))).toBe(canonical);
  });
});

const addressArbitrary = fc.record({
  domain: fc.integer({ min: 0, max: 0xffffffff }),
  bus: fc.integer({ min: 0, max: 0xff }),
  device: fc.integer({ min: 0, max: 0x1f }),
  function: fc.integer({ min: 0, max: 7 }),
});

describe("addresses", () => {
  test("read back what they are written as", () => {
    fc.assert(
      fc.property(addressArbitrary, (address) => {
        expect(parseAddress(formatAddress(address))).toEqual(address);
        expect(readFormatted(formatAddress(address))).toEqual(address);
      }),
    );
  });

  test("are ordered by their numbers, not by their digits", () => {
    const texts = ["10000:00:00.0", "0000:c1:00.0", "0000:03:1f.0", "0000:03:02.7", "ffff:00:00.0"];
    const addresses = texts.map((text) => parseAddress(text)).filter(isFunctionAddress);
    expect(addresses.sort(compareAddresses).map(formatAddress)).toEqual([
      "0000:03:02.7",
      "0000:03:1f.0",
      "0000:c1:00.0",
      "ffff:00:00.0",
      "10000:00:00.0",
    ]);
  });

  test("have keys of their own, as have their slots and buses", () => {
    fc.assert(
      fc.property(addressArbitrary, addressArbitrary, (a, b) => {
        const sameBus = a.domain === b.domain && a.bus === b.bus;
        const sameSlot = sameBus && a.device === b.device;
        expect(busKey(a) === busKey(b)).toBe(sameBus);
        expect(slotKey(a) === slotKey(b)).toBe(sameSlot);
        expect(addressKey(a) === addressKey(b)).toBe(sameSlot && a.function === b.function);
        expect(Number.isSafeInteger(addressKey(a))).toBe(true);
      }),
    );
  });

  test("have keys that leave room for the greatest number of every part", () => {
    const last = { domain: 0, bus: 0xff, device: 0x1f, function: 7 };
    const next = { domain: 1, bus: 0, device: 0, function: 0 };
    expect([busKey(next) - busKey(last), slotKey(next) - slotKey(last)]).toEqual([1, 1]);
    expect(addressKey(next) - addressKey(last)).toBe(1);
  });

  test("that differ in one part only have different keys", () => {
    const { domain, bus, device } = parseAddress("0001:02:03.4");
    const neighbours = [
      { domain, bus, device, function: 4 },
      { domain, bus, device, function: 5 },
      { domain, bus, device: device + 1, function: 4 },
      { domain, bus: bus + 1, device, function: 4 },
      { domain: domain + 1, bus, device, function: 4 },
    ];
    expect(new Set(neighbours.map(addressKey)).size).toBe(5);
    expect(new Set(neighbours.map(slotKey)).size).toBe(4);
    expect(new Set(neighbours.map(busKey)).size).toBe(3);
  });
});
