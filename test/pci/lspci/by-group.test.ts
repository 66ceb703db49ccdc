/** Lists of devices by IOMMU group, in the variants that scripts print. */
import { describe, expect, test } from "vitest";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { AUDIO, BRIDGE, CARD, fixture, groups, refusal, SUBSYSTEM } from "../support/lspci-texts.ts";

describe("a list by IOMMU group", () => {
  test("is read as people post it", () => {
    expect(groups(fixture("groups-as-headings"))).toEqual([
      ["00:00.0", 1],
      ["00:01.0", 2],
      ["00:02.0", 0],
      ["01:00.0", 2],
      ["01:00.1", 2],
    ]);
    for (const name of ["groups-before-devices", "groups-in-lower-case"]) {
      expect(groups(fixture(name))).toEqual([
        ["09:00.0", 15],
        ["09:00.1", 15],
      ]);
    }
  });

  test.each([
    "IOMMU Group 15:",
    "IOMMU Group 15",
    "IOMMU group 15",
    "iommu_group 15",
    "IOMMU Group: 15",
    "IOMMU group: 15",
    "Group 15",
    "group  15:",
    "### Group 15 ###",
    "== IOMMU Group 15 ==",
    "[IOMMU Group 15]",
    "IOMMU Group [15]:",
    "IOMMU Group 15 (2 devices):",
    "# IOMMU Group 15:",
    "  IOMMU Group 15:  ",
    "├── 15",
  ])("may have the heading %j", (heading) => {
    const other = heading.replace("15", "2");
    const expected = [
      ["00:01.0", 2],
      ["09:00.0", 15],
      ["09:00.1", 15],
    ];
    for (const indent of ["\t", "    ", "", "│   ├── ", "- ", "# \t", "[RESET]\t", "\t[R] "]) {
      const lines = [heading, `${indent}${CARD}`, `${indent}${AUDIO}`, other, `${indent}${BRIDGE}`];
      expect(groups(lines.join("\n"))).toEqual(expected);
      expect(groups(lines.join("\n\n"))).toEqual(expected);
    }
  });

  test.each([
    "IOMMU Group 15 ",
    "IOMMU Group 15: ",
    "IOMMU Group  15:\t",
    "IOMMU group 15:",
    "group 15 ",
    "group 15  0000:",
    "Group:  15   0000:",
    "IOMMU Group 15 - ",
    "IOMMU Group 15 -> ",
    "IOMMU Group 15: [RESET] ",
    "[RESET] IOMMU Group 15 ",
    "  IOMMU_GROUP=15 ",
  ])("may have %j before every device", (prefix) => {
    const text = [`${prefix}${CARD}`, `${prefix}${AUDIO}`, `${prefix.replace("15", "2")}${BRIDGE}`].join(
      "\n",
    );
    expect(groups(text)).toEqual([
      ["00:01.0", 2],
      ["09:00.0", 15],
      ["09:00.1", 15],
    ]);
  });

  test("may have the first device of a group behind its name, and the others below, indented", () => {
    expect(groups(`IOMMU Group 15:\t${CARD}\n\t\t${AUDIO}\nIOMMU Group 2:\t${BRIDGE}`)).toEqual([
      ["00:01.0", 2],
      ["09:00.0", 15],
      ["09:00.1", 15],
    ]);
  });

  test("may have a driver behind every device, and more about it below", () => {
    expect(groups(`Group:  15   0000:${CARD}   Driver: vfio-pci\nGroup:  15   0000:${AUDIO}`)).toEqual([
      ["09:00.0", 15],
      ["09:00.1", 15],
    ]);
    const text = `IOMMU Group 15:\n\t${CARD}\n\t\t${SUBSYSTEM}\n\tKernel modules: nouveau\n\t${AUDIO}\n\t${SUBSYSTEM}`;
    expect(parseLspci(text)).toMatchObject([
      { iommuGroup: 15, subsystemId: "1043:877f" },
      { iommuGroup: 15, subsystemId: "1043:877f" },
    ]);
  });

  test("may have no colon behind the class", () => {
    const lines = [CARD, AUDIO].map((line) => `IOMMU Group  15: 0000:${line.replace("]: ", "] ")}`);
    for (const text of [lines.join("\n"), lines.join(" ").replace(" IOMMU Group  15:", "")]) {
      expect(parseLspci(text)).toMatchObject([
        { path: "0000:09:00.0", id: "10de:21c4", class: "0300", iommuGroup: 15 },
        { path: "0000:09:00.1", id: "10de:1aeb", class: "0403", iommuGroup: 15 },
      ]);
    }
    expect(refusal(lines.join(" "))).toMatch(/^Line 1 is /);
  });

  test("may be of records", () => {
    const record = "Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nRev:\ta1";
    expect(groups(`IOMMU Group 15\n--------------\n${record}\n`)).toEqual([["09:00.0", 15]]);
    expect(groups(`IOMMU Group 15\n${record}\nIOMMUGroup:\t15\n`)).toEqual([["09:00.0", 15]]);
    expect(refusal(`IOMMU Group 15\n${record}\nIOMMUGroup:\t16\n`)).toBe(
      'Line 7 is "IOMMUGroup:\\t16": expected IOMMU group 15, in which the text has the device. Run lspci -vmmnnk on the host and take all that it prints.',
    );
  });

  test.each<[string, string, RegExp]>([
    [
      "a viewer's own columns",
      "Group 15:\t[10de:21c4] [R] 09:00.0  VGA compatible controller                TU116 [GeForce GTX 1660 SUPER]",
      /^Line 1 is ".*": expected a device, .*, by itself or in a list of IOMMU groups\. Run lspci -nnv on the host/s,
    ],
    [
      "a list without addresses",
      "IOMMU Group 15: NVIDIA Corporation TU116 [GeForce GTX 1660 SUPER] [10de:21c4] (rev a1)",
      /^Line 1 is ".*": expected a device, .* Run lspci -nnv on the host/s,
    ],
    [
      "a list without numbers",
      "IOMMU Group 15:\n\t09:00.0 VGA compatible controller: NVIDIA Corporation TU116 (rev a1)",
      /^Line 2 is ".*": expected the numbers .*; lspci prints them with -nn\. Run/s,
    ],
    [
      "a device that has lost its group",
      `IOMMU Group 15 ${CARD}\n${AUDIO}`,
      /^Line 2 is ".*": expected its IOMMU group before it, as line 1 has one\. Run the command that lists the groups, or lspci -nnv, on the host/s,
    ],
    [
      "a device behind a gap that has lost its group",
      `IOMMU Group 15:\n\t${CARD}\n--\n\t${AUDIO}`,
      /^Line 4 is ".*": expected its IOMMU group before it, as line 1 has one\./s,
    ],
    [
      "lspci's own group, which is another",
      `IOMMU Group 15:\n\t${CARD}\n\t\tFlags: fast devsel, IOMMU group 16`,
      /^Line 3 is "Flags: fast devsel, IOMMU group 16": expected IOMMU group 15, in which the text has the device\./,
    ],
    [
      "numbers that may be groups or lines",
      `15 ${CARD}`,
      /^Line 1 is ".*": expected a device, .*, by itself or in a list of IOMMU groups\. Run/s,
    ],
    [
      "a line left out by hand",
      `IOMMU Group 15:\n\t${CARD}\n[...lots of output...]\n`,
      /^Line 3 is "\[\.\.\.lots of output\.\.\.\]": expected /,
    ],
  ])("is refused: %s", (_what, text, message) => {
    expect(refusal(text)).toMatch(message);
  });
});

describe("lspci's own group", () => {
  test("belongs to the device above it, though a filter or a page took the rest and the indentation away", () => {
    for (const indent of ["\t", ""]) {
      const text = `${BRIDGE}\n${indent}IOMMU group: 2\n${CARD}\n${indent}IOMMU group: 15\n${AUDIO}`;
      expect(groups(text)).toEqual([
        ["00:01.0", 2],
        ["09:00.0", 15],
        ["09:00.1", null],
      ]);
    }
  });
});
