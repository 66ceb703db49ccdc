/** Texts out of which grep has taken lines. */
import { describe, expect, test } from "vitest";
import { AUDIO, BRIDGE, CARD, groups, refusal, SUBSYSTEM } from "../support/lspci-texts.ts";

const OTHER = "Subsystem: Samsung Electronics Co Ltd SSD 970 EVO [144d:a801]";
const DRIVER = "Kernel driver in use: vfio-pci";

describe("a line of a device that is missing", () => {
  const expected = (line: number) =>
    `expected the first line of another device before it, since lspci prints no such line of a device after line ${line}; grep and other filters remove lines. Run lspci -nnv on the host and take all that it prints.`;

  test.each<[string, readonly string[], number, number]>([
    ["a second subsystem", [CARD, SUBSYSTEM, DRIVER, OTHER, "Kernel driver in use: nvme"], 4, 3],
    ["a second one at once", [CARD, SUBSYSTEM, OTHER], 3, 2],
    ["the first subsystem, behind the driver", [CARD, DRIVER, OTHER], 3, 2],
    ["the first subsystem, behind the modules", [CARD, "Kernel modules: nvidiafb, nouveau", OTHER], 3, 2],
    ["a second driver", [CARD, SUBSYSTEM, DRIVER, "Kernel driver in use: nvme"], 4, 3],
    ["second modules", [CARD, "Kernel modules: nouveau", "Kernel modules: nvme"], 3, 2],
    ["second flags", [CARD, "Flags: fast devsel, IOMMU group 1", "Flags: fast devsel, IOMMU group 2"], 3, 2],
    ["a second group", [CARD, "IOMMU group: 1", "IOMMU group: 2"], 3, 2],
    ["the same group again", [CARD, "IOMMU group: 1", "IOMMU group: 1"], 3, 2],
    ["a second node", [CARD, "NUMA node: 0", "NUMA node: 0"], 3, 2],
    ["flags behind the driver", [CARD, DRIVER, "Flags: fast devsel, IOMMU group 2"], 3, 2],
    ["a subsystem behind the flags", [CARD, "Flags: fast devsel", OTHER], 3, 2],
    ["a bridge's subsystem behind the driver", [CARD, DRIVER, `Capabilities: [88] ${OTHER}`], 3, 2],
    ["a label behind the subsystem", [CARD, SUBSYSTEM, "DeviceName: Onboard - Sound"], 3, 2],
  ])("is noticed by %s", (_what, lines, number, last) => {
    const shown = JSON.stringify(lines[number - 1]?.slice(0, 80));
    for (const indent of ["\t", "        ", ""]) {
      const [device, ...details] = lines;
      const text = [device, ...details.map((detail) => `${indent}${detail}`)].join("\n");
      expect(refusal(text)).toBe(`Line ${number} is ${shown}: ${expected(last)}`);
      const command = `root@pve:~# lspci -nnk | grep -E 'VGA|Subsystem|Kernel driver'\n${text}\n`;
      expect(refusal(command)).toBe(`Line ${number + 1} is ${shown}: ${expected(last + 1)}`);
    }
  });

  test.each<[string, number, number]>([
    ["Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nIOMMUGroup:\t1\nClass:\t0108", 6, 5],
    ["Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nIOMMUGroup:\t1\nIOMMUGroup:\t2", 6, 5],
    [
      "Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nRev:\ta1\nSVendor:\t144d\nSDevice:\ta801",
      6,
      5,
    ],
  ])("is noticed among records: %j", (text, number, last) => {
    expect(refusal(text)).toMatch(
      new RegExp(`^Line ${number} is .* after line ${last}; .* Run lspci -vmmnnk on the host`),
    );
  });

  test("is not seen in what lspci prints of capabilities, or of several modules", () => {
    const capabilities = [
      "Control: I/O+ Mem+ BusMaster+",
      "Status: Cap+ 66MHz-",
      "IOMMU group: 2",
      "Bus: primary=00, secondary=01, subordinate=01, sec-latency=0",
      `Capabilities: [88] ${SUBSYSTEM}`,
      "Capabilities: [60] Power Management version 3",
      "Flags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0-,D1-,D2-,D3hot-,D3cold-)",
      "Status: D0 NoSoftRst+ PME-Enable- DSel=0 DScale=0 PME-",
      "Control: AttnInd Unknown, PwrInd Unknown, Power- Interlock-",
      "Kernel driver in use: pcieport",
    ];
    for (const indent of ["\t", ""]) {
      expect(groups([BRIDGE, SUBSYSTEM, ...capabilities].join(`\n${indent}`))).toEqual([["00:01.0", 2]]);
    }
    const record =
      "Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nModule:\ta\nModule:\tb\nIOMMUGroup:\t2";
    expect(groups(record)).toEqual([["09:00.0", 2]]);
    expect(groups(`${CARD}\n\t${DRIVER}\n${AUDIO}\n\t${DRIVER}`)).toHaveLength(2);
  });
});

test.each(["IOMMU group 99999999999", "IOMMU_GROUP=99999999999", "Group  #99999999999", "├── 99999999999"])(
  "a heading whose number is none is refused: %s",
  (heading) => {
    expect(refusal(`IOMMU Group 1:\n\t${CARD}\n\tControl: I/O+\n${heading}\n\t${AUDIO}`)).toMatch(
      /^Line 4 is .*: expected /,
    );
  },
);
