/** Texts out of which grep has taken lines. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PciFormatError } from "../../../src/pci/format-error.ts";
import { parseGroupList } from "../../../src/pci/lspci/group-list.ts";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { host } from "../support/lspci-hosts.ts";
import { type LspciForm, printLspci } from "../support/lspci-printer.ts";
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

describe("lspci's own group above a device", () => {
  const expected =
    "expected the device that it belongs to, above it as lspci prints it, or below it in a list by IOMMU group; grep and other filters remove lines. Run lspci -nnv on the host and take all that it prints.";

  const TEXTS: readonly [string, number][] = [
    [`\tIOMMU group: 1\n${CARD}\n\tIOMMU group: 15`, 1],
    [`IOMMU group: 1\n${CARD}\nIOMMU group: 15`, 3],
    [`IOMMU group: 1\nIOMMU group: 2\n${CARD}`, 1],
  ];
  const refused = (text: string, number: number) =>
    `Line ${number} is ${JSON.stringify(text.split("\n")[number - 1]?.trim())}: ${expected}`;

  test.each(TEXTS)("is refused as a device's: %j", (text, number) => {
    expect(refusal(text)).toBe(refused(text, number));
    expect(refusal(`${text}\nroot@pve:~#\n${BRIDGE}`)).toBe(refused(text, number));
  });

  test.each(TEXTS)("is refused among groups: %j", (text, number) => {
    expect(() => parseGroupList(text)).toThrow(new PciFormatError(refused(text, number)));
  });

  test("is a heading in a list of groups", () => {
    expect(groups(`IOMMU group: 2\n\t${BRIDGE}\nIOMMU group: 15\n${CARD}\n${AUDIO}`)).toEqual([
      ["00:01.0", 2],
      ["09:00.0", 15],
      ["09:00.1", 15],
    ]);
  });
});

const subsystems = (text: string) => parseLspci(text).map(({ subsystemId }) => subsystemId);

describe("a subsystem that is missing", () => {
  const FOUNDERS =
    "0a:00.0 VGA compatible controller [0300]: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:2204] (rev a1)\n\tSubsystem: NVIDIA Corporation GA102 [GeForce RTX 3090] [10de:147d]";
  const MODULES = "Kernel modules: nvidiafb, nouveau";
  const PROG_IF = `${CARD} (prog-if 00 [VGA controller])`;
  const boards = (...makers: readonly string[]) =>
    makers
      .map(
        (maker, slot) =>
          `00:1${slot}.0 Class [0580]: X Device [8086:000${slot}]\n\tSubsystem: ${maker} Device [1000:0001]\n`,
      )
      .join("");

  test.each<[string, string]>([
    ["grep -i nvidia on -nnv", `${PROG_IF}\n\t${MODULES}`],
    ["the same with a blank line behind it", `${PROG_IF}\n\t${MODULES}\n\n`],
    [
      "grep -E 'VGA|IOMMU' on -nnv",
      `${PROG_IF}\n\tFlags: bus master, fast devsel, latency 0, IOMMU group 15\n`,
    ],
    [
      "grep -E 'VGA|IOMMU|Memory' on -nnvv",
      `${PROG_IF}\n\tIOMMU group: 15\n\tRegion 0: Memory at f6000000 (64-bit)\n`,
    ],
    ["grep -i nvidia on -nnk", `${CARD}\n\t${MODULES}\n${FOUNDERS}\n\t${MODULES}`],
    [
      "grep -iE 'nvidia|amd|intel' on -nnk",
      `${boards("Advanced", "Intel")}${CARD}\n\t${MODULES}\n${FOUNDERS}`,
    ],
    ["head on a whole -nnk, with a blank line behind it", `${boards("A", "B", "C", "D")}${CARD}\n\n`],
    [
      "a filter above a fence",
      `$ lspci -nnk | grep -i -e nvidia\n\`\`\`\n${boards("A", "B", "C", "D")}${CARD}\n\t${MODULES}\n\`\`\``,
    ],
    [
      "a grep without context behind one with",
      `$ lspci -nnk | grep -A3 VGA | grep -v vfio\n${boards("A", "B", "C", "D")}${CARD}\n\t${MODULES}\n`,
    ],
    [
      "grep -E '^(Slot|Class|Vendor|Device|Rev|IOMMU)' on -vmmnnk",
      "Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nRev:\ta1\nIOMMUGroup:\t15\n",
    ],
    [
      "grep -E '^(Slot|Class|Vendor|Device|IOMMU|$)' on -vmmnnk",
      "Slot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nIOMMUGroup:\t15\n\n",
    ],
    [
      "a filter that is there to see on -vmmnnk",
      "$ lspci -vmmnnk | grep -v SV\nSlot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nRev:\ta1\n\n",
    ],
  ])("is unknown behind %s", (_filter, text) => {
    const card = parseLspci(text).find(({ id }) => id === "10de:21c4");
    expect(card).toMatchObject({ subsystemId: null, subsystemName: null });
  });

  test.each<[string, string]>([
    ["among those of many makers", `${boards("A", "B", "C", "D")}${CARD}\n\t${MODULES}\n`],
    ["among those of many makers, before another device", `${CARD}\n${boards("A", "B", "C", "D")}`],
    ["below the command", `$ lspci -nnk | less\n\`\`\`\n${boards("A")}${CARD}\n\t${MODULES}\n\`\`\``],
    [
      "below the command with words in quotes",
      `$ lspci -nnk | grep -A3 -E 'VGA|05'\n${boards("A")}${CARD}\n\t${MODULES}\n`,
    ],
    ["between the dashes of grep", `${boards("A")}--\n${CARD}\n\t${MODULES}\n`],
    [
      "in a record below its command",
      "$ lspci -vmmnnk\nSlot:\t09:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t21c4\nIOMMUGroup:\t15\n",
    ],
  ])("is zero %s", (_where, text) => {
    expect(parseLspci(text).find(({ id }) => id === "10de:21c4")?.subsystemId).toBe("0000:0000");
  });

  test("is that of the card whose line is there", () => {
    expect(subsystems(`${CARD}\n\t${MODULES}\n${FOUNDERS}\n\t${MODULES}`)).toEqual([null, "10de:147d"]);
  });
});

describe("what is read of a filtered output", () => {
  /** What people look for. */
  const LISTED = [
    /VGA/i,
    /3D controller/,
    /Audio/,
    /USB controller/,
    /PCI bridge/,
    /nvidia/i,
    /Subsystem/,
    /Kernel driver/,
  ].concat([/Kernel/, /Flags/, /IOMMU/, /Control:/, /Memory/, /Capabilities/]);
  const KEYS = [
    /Slot/,
    /Class/,
    /Vendor/,
    /^Vendor/,
    /^Device/,
    /Device/,
    /Rev/,
    /ProgIf/,
    /Driver/,
    /IOMMU/,
  ];
  const form = fc.constantFrom<LspciForm>("nnk", "nnv", "nnvv", "nnvvv", "vmmnn", "vmmnnk");
  const filter = form.chain((printed) =>
    fc.record({
      form: fc.constant(printed),
      words: printed.startsWith("vmm")
        ? fc.subarray(KEYS, { minLength: 4 })
        : fc.subarray(LISTED, { minLength: 1, maxLength: 3 }),
    }),
  );

  test("is never a number that is wrong", () => {
    fc.assert(
      fc.property(host, filter, (records, { form, words }) => {
        // A device without these may take those of the next one, and nothing shows it.
        const all = records.map((record, index) => ({
          ...record,
          iommugroup: index,
          ...(record.subsystem_vendor === "0x0000"
            ? { subsystem_vendor: "0x1043", subsystem_device: "0x877f", subsystem_vendor_name: "ASUSTeK" }
            : {}),
        }));
        const text = printLspci(all, form);
        const left = text.split("\n").filter((line) => words.some((word) => word.test(line)));
        const real = new Map(parseLspci(text).map((device) => [device.path, device]));
        for (const device of outcome(left.join("\n"))) {
          const whole = real.get(device.path);
          expect(device.id).toBe(whole?.id);
          expect([null, whole?.subsystemId]).toContain(device.subsystemId);
          expect([null, whole?.iommuGroup]).toContain(device.iommuGroup);
          expect(whole?.class.startsWith(device.class)).toBe(true);
        }
      }),
      { numRuns: 500 },
    );
  });

  function outcome(text: string) {
    try {
      return parseLspci(text);
    } catch (error) {
      if (error instanceof PciFormatError) return [];
      throw error;
    }
  }
});
