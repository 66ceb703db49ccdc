import { describe, expect, test } from "vitest";
import { isConsoleOrEmulated, isGpu, isHostBridge, makesUnit, parseClass } from "../../src/pci/class.ts";
import { PciFormatError } from "../../src/pci/format-error.ts";

/** `10de:2204 030000`, with the subsystem behind where it matters, as the function that bears these ids and this class. */
function classified(text: string) {
  const [, vendor = "", device = "", code = "", subsystem] =
    /^(.{4}):(.{4}) (.{6})(?: (.{9}))?$/.exec(text) ?? [];
  return { vendor, device, class: code, subsystemId: subsystem ?? null };
}

describe("what a function is", () => {
  test.each([
    // text, gpu, makes a unit, console or emulated
    ["10de:2204 030000", true, true, false],
    ["10de:20f1 030200", true, true, false],
    ["1002:740f 038000", true, true, false],
    ["8086:3e92 030000", true, true, false],
    ["1002:74a1 120000", true, true, false],
    ["1002:74a1 120100", false, true, false],
    ["1da3:1020 120000", false, true, false],
    ["10de:1aef 040300", false, false, false],
    ["1a03:2000 030000", false, false, true],
    ["102b:0521 030000", true, true, false],
    ["102b:0522 030000", false, false, true],
    // Matrox Millennium G550, Parhelia and M9188: cards.
    ["102b:0525 030000", true, true, false],
    ["102b:0527 030000", true, true, false],
    ["102b:0530 030000", false, false, true],
    ["102b:0531 030000", true, true, false],
    ["102b:0532 030000", false, false, true],
    ["102b:0533 030000", false, false, true],
    ["102b:0534 030000", false, false, true],
    ["102b:0535 030000", true, true, false],
    ["102b:0536 030000", false, false, true],
    ["102b:0537 030000", true, true, false],
    ["102b:0538 030000", false, false, true],
    ["102b:0539 030000", true, true, false],
    ["102b:053a 030000", false, false, true],
    ["19e5:1711 030000", false, false, true],
    ["19e5:1712 030000", true, true, false],
    ["18ca:0020 030000", false, false, true],
    ["18ca:0021 030000", false, false, true],
    ["18ca:0027 030000", false, false, true],
    // XGI Volari V3XT: a card.
    ["18ca:0040 030000", true, true, false],
    ["126f:0750 030000", false, false, true],
    ["126f:0718 030000", true, true, false],
    // ATI on server boards: ES1000, RV100, Rage XL; the Radeon 9250 is a card.
    ["1002:515e 030000", false, false, true],
    ["1002:5159 030000", false, false, true],
    ["1002:4752 030000", false, false, true],
    ["1002:5960 030000", true, true, false],
    // The console of a DGX Station, and the same chip on anything else.
    ["10de:1fb0 030000 10de:1485", false, false, true],
    ["10de:1fb0 030000 17aa:3a2c", true, true, false],
    ["10de:1fb0 030000", true, true, false],
    ["80ee:beef 030000", false, false, true],
    ["1414:5353 030000", false, false, true],
    ["1ab8:4005 030000", false, false, true],
    ["1d0f:1111 030000", false, false, true],
    ["1d0f:1112 030000", true, true, false],
    ["1234:1111 030000", false, false, true],
    ["1af4:1050 038000", false, false, true],
    ["15ad:0405 030000", false, false, true],
    ["1b36:0100 030000", false, false, true],
    ["1013:00b8 030000", false, false, true],
    // An emulated adapter makes no unit, whatever it calls itself.
    ["1af4:1050 120000", false, false, true],
  ])("tells of %s", (text, gpu, unit, console) => {
    const device = classified(text);
    expect({ gpu: isGpu(device), unit: makesUnit(device), console: isConsoleOrEmulated(device) }).toEqual({
      gpu,
      unit,
      console,
    });
  });

  test.each([
    ["8086:1901 060400", true],
    ["1022:1480 060000", true],
    // VMD's and a PLX switch's other face: a bridge with a bus behind it all the same.
    ["10b5:8680 060940", true],
    // Proxmox takes an ISA bridge along with its group.
    ["8086:a305 060100", false],
    ["1217:7134 060700", false],
    ["10de:22a3 068000", false],
    ["10de:2204 030000", false],
    ["144d:a808 010802", false],
  ])("counts %s as a host bridge: %s", (text, bridge) => {
    expect(isHostBridge(classified(text))).toBe(bridge);
  });
});

const SAMPLES = [
  "10de:2204 030000",
  "10de:20f1 030200",
  "1002:740f 038000",
  "1a03:2000 030000",
  "1002:74a1 120000",
  "1da3:1020 120000",
  "8086:a348 040100",
  "10de:1aef 040300",
  "8086:0000 040000",
  "15b3:1017 020000",
  "144d:a808 010802",
  "10de:1ad6 0c0330",
  "8086:a323 0c0500",
  "8086:1901 060400",
  "10de:22a3 068000",
];

describe("parseClass", () => {
  test.each([
    ["gpu", ["10de:2204 030000", "10de:20f1 030200", "1002:740f 038000", "1002:74a1 120000"]],
    ["display", ["10de:2204 030000", "10de:20f1 030200", "1002:740f 038000", "1a03:2000 030000"]],
    ["accelerator", ["1002:74a1 120000", "1da3:1020 120000"]],
    ["audio", ["8086:a348 040100", "10de:1aef 040300"]],
    ["network", ["15b3:1017 020000"]],
    ["storage", ["144d:a808 010802"]],
    ["usb", ["10de:1ad6 0c0330"]],
    ["bridge", ["8086:1901 060400", "10de:22a3 068000"]],
    ["0302", ["10de:20f1 030200"]],
    ["038", ["1002:740f 038000"]],
    ["120000", ["1002:74a1 120000", "1da3:1020 120000"]],
    ["0C05", ["8086:a323 0c0500"]],
    ["0x0c05", ["8086:a323 0c0500"]],
    ["ff", []],
  ])("takes %s for %j", (text, expected) => {
    const matches = parseClass(text);
    expect(SAMPLES.filter((sample) => matches(classified(sample)))).toEqual(expected);
  });

  test.each([
    "",
    "0",
    "GPU",
    "gpus",
    "vga",
    "0300000",
    "03:00",
    "0x",
    "3d",
    "302",
    "constructor",
    "__proto__",
    " gpu",
  ])("refuses %j", (text) => {
    const message =
      `"${text}" is not a class: write "gpu", "display", "accelerator", "audio", "network", "storage", "usb", ` +
      '"bridge", or the first two to six hexadecimal digits of a class code, such as "0302".';
    expect(() => parseClass(text)).toThrow(new PciFormatError(message));
  });
});
