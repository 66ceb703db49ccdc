import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { formatName, repairName } from "../../src/pci/name.ts";

describe("formatName", () => {
  test.each([
    ["NVIDIA Corporation", "GA102 [GeForce RTX 3090]", "NVIDIA Corporation GA102 [GeForce RTX 3090]"],
    ["NVIDIA Corporation", undefined, "NVIDIA Corporation Device 2901"],
    [undefined, "GA102", "GA102"],
    [undefined, undefined, null],
  ])("joins %j and %j to %j", (vendor, device, name) => {
    expect(formatName(vendor, device, "2901")).toBe(name);
  });
});

/** What Proxmox makes of a name: its UTF-8 taken for Latin-1. */
const encodedTwice = (name: string): string => Buffer.from(name, "utf8").toString("latin1");

describe("repairName", () => {
  test.each([
    ["IceQ X\u00c2\u00b2", "IceQ X²"],
    ["Intel\u00c2\u00ae", "Intel®"],
    ["\u00e2\u0082\u00ac", "€"],
    ["\u00ef\u00bb\u00bfmarked", "\ufeffmarked"],
  ])("mends %j", (broken, name) => {
    expect(repairName(broken)).toBe(name);
  });

  test.each([
    "NVIDIA Corporation",
    "",
    "IceQ X²",
    "Gesellschaft für Grafik",
    "Â",
    "Ã and more",
    "X\u00c2\u00b2 €",
    "显卡",
    "\u00c0\u00af",
  ])("leaves %j as it is", (name) => {
    expect(repairName(name)).toBe(name);
  });

  test.each([
    ["\u00ed\u00a0\u0080", "\u00ed\u00a0\ufffd"],
    ["Evil\u009b31m", "Evil\ufffd31m"],
    ["显卡\u0085", "显卡\ufffd"],
  ])("leaves no control character in %j, which is not encoded twice", (broken, name) => {
    expect(repairName(broken)).toBe(name);
  });

  test("gives back every name that was encoded twice", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (name) => {
        expect(repairName(encodedTwice(name))).toBe(name);
      }),
    );
  });
});
