import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { devicesFromRecords } from "../../../src/pci/device.ts";
import { PciFormatError } from "../../../src/pci/format-error.ts";
import { parseGroupList } from "../../../src/pci/lspci/group-list.ts";
import { type LspciDevice, parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { withGroups } from "../../../src/pci/lspci/with-groups.ts";
import { loadRecordings, recordedData } from "../../support/pve/recordings.ts";
import { received, type SentRecord } from "../support/hardware.ts";

const CARD =
  "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [Quadro K2200] [10de:13ba] (rev a2)";

const BRIDGE = "00:01.0 PCI bridge [0604]: Intel Corporation Device [8086:1901]";

function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/lspci/${name}.txt`, import.meta.url), "utf8");
}

function only(text: string): LspciDevice {
  const [device, ...others] = parseLspci(text);
  if (device === undefined || others.length > 0) throw new Error("not one device");
  return device;
}

function refusal(text: string): string {
  try {
    parseLspci(text);
  } catch (error) {
    if (error instanceof PciFormatError) return error.message;
    throw error;
  }
  throw new Error("the text was not refused");
}

describe("the output of real hosts", () => {
  const hosts = [
    ["desktop", "pve1"],
    ["server", "pve2"],
  ] as const;

  /** What Proxmox said of the same host; of names only lspci lends a subsystem that of the device with the same ids. */
  function recorded(node: string) {
    const records = recordedData(
      loadRecordings("pve9"),
      `pci_${node}_all`,
    ) as unknown as readonly SentRecord[];
    const lent = received(records).map((record) => {
      const alike = record.subsystem_vendor === record.vendor && record.subsystem_device === record.device;
      return { ...record, ...(alike ? { subsystem_device_name: record.device_name } : {}) };
    });
    return devicesFromRecords(node, lent).map((device) => {
      const { path, id, subsystemId, iommuGroup, class: classCode, name, subsystemName, gpu } = device;
      return { path, id, subsystemId, iommuGroup, class: classCode, name, subsystemName, gpu };
    });
  }

  const withoutAddress = (devices: readonly LspciDevice[]) =>
    devices.map(({ address: _, ...device }) => device);

  test.each(hosts.flatMap(([name, node]) => ["nnv", "nnvv", "vmmnnk"].map((form) => ({ name, node, form }))))(
    "$name.$form is what Proxmox says of the host",
    ({ name, node, form }) => {
      expect(withoutAddress(parseLspci(fixture(`${name}.${form}`)))).toEqual(recorded(node));
    },
  );

  test.each(hosts)(
    "%s.nnk is it too, with a list of groups and but for the end of the class",
    (name, node) => {
      const devices = withGroups(
        parseLspci(fixture(`${name}.nnk`)),
        parseGroupList(fixture(`${name}.groups`)),
      );
      expect(withoutAddress(devices)).toEqual(
        recorded(node).map((device) => ({ ...device, class: device.class.slice(0, 4) })),
      );
    },
  );

  test.each(hosts)("%s.nn says nothing of subsystems", (name, node) => {
    const devices = withGroups(parseLspci(fixture(`${name}.nn`)), parseGroupList(fixture(`${name}.groups`)));
    expect(withoutAddress(devices)).toEqual(
      recorded(node).map((device) => ({
        ...device,
        class: device.class.slice(0, 4),
        subsystemId: null,
        subsystemName: null,
      })),
    );
  });
});

describe("a device", () => {
  test("has its address and numbers in lower case, whatever the text has", () => {
    expect(only("10000:E1:00.0 VGA compatible controller [03AB]: Device [10DE:13BA] (rev A2)")).toEqual({
      address: { domain: 0x10000, bus: 0xe1, device: 0, function: 0 },
      path: "10000:e1:00.0",
      id: "10de:13ba",
      subsystemId: null,
      iommuGroup: null,
      class: "03ab",
      name: null,
      subsystemName: null,
      gpu: true,
    });
  });

  test("is in the order of addresses, whatever order the text has", () => {
    const text = ["10000:01:00.0", "0001:01:00.0", "0000:c1:00.4", "0000:c1:00.0"]
      .map((address) => `${address} 3D controller [0302]: Device [10de:26b9]`)
      .join("\n");
    expect(parseLspci(text).map(({ path }) => path)).toEqual([
      "0000:c1:00.0",
      "0000:c1:00.4",
      "0001:01:00.0",
      "10000:01:00.0",
    ]);
  });

  test("keeps a name that ends in Device where other names of the vendor show that it is one", () => {
    const technology =
      "00:04.0 System peripheral [0880]: Intel Corporation 5520 QuickData Technology Device [8086:3430]";
    const nameless = "00:05.0 Memory controller [0580]: Intel Corporation Device [8086:a321]";
    expect(parseLspci(`${technology}\n${nameless}`).map(({ name }) => name)).toEqual([
      "Intel Corporation 5520 QuickData Technology Device",
      "Intel Corporation Device a321",
    ]);
  });

  test.each<[string, string, string | null]>([
    [
      "behind the device's label",
      `${CARD}\n\tDeviceName: Slot 1\n\tSubsystem: Device [1028:1097]`,
      "1028:1097",
    ],
    ["on the line of the label", `${CARD}\n\tDeviceName: Slot 1\tSubsystem: Device [1028:1097]`, "1028:1097"],
    ["indented with spaces", `${CARD}\n        Subsystem: Device [1028:1097]`, "1028:1097"],
    [
      "in a capability of a bridge",
      `${BRIDGE}\n\tFlags: fast devsel\n\tCapabilities: [88] Subsystem: Device [1028:1097]`,
      "1028:1097",
    ],
    [
      "as unknown where a bridge without its first line may have it",
      `${CARD}\n\tFlags: fast devsel\n\tMemory at f6000000\n\tCapabilities: [88] Subsystem: Device [1028:1097]`,
      null,
    ],
    [
      "before that in a capability",
      `${CARD}\n\tSubsystem: Device [1028:1097]\n\tFlags: fast devsel\n\tCapabilities: [88] Subsystem: Device [1028:1098]`,
      "1028:1097",
    ],
    [
      "as zero where everything else is said",
      `${CARD}\n\tFlags: fast devsel\n\tMemory at f6000000\n\tCapabilities: <access denied>`,
      "0000:0000",
    ],
    [
      "as unknown where a bridge's capabilities may be cut off",
      `${BRIDGE}\n\tFlags: fast devsel\n\tBus: primary=00, secondary=01\n\tCapabilities: [80] Power Management version 3`,
      null,
    ],
    [
      "as zero where a bridge has ended",
      `${BRIDGE}\n\tFlags: fast devsel\n\tBus: primary=00, secondary=01\n\tCapabilities: [80] Power Management version 3\n\n`,
      "0000:0000",
    ],
    [
      "as zero where everything else is said with -vv",
      `${CARD}\n\tControl: I/O+\n\tRegion 0: Memory at f6000000\n\tCapabilities: <access denied>`,
      "0000:0000",
    ],
    ["as unknown where only the flags are said", `${CARD}\n\tFlags: fast devsel`, null],
    [
      "as unknown where nothing is said between others",
      `${CARD}\n\n04${CARD.slice(2)}\n\tControl: I/O+`,
      null,
    ],
    [
      "as unknown where the text may be cut off before it",
      `04${CARD.slice(2)}\n\tControl: I/O+\n\n${CARD}`,
      null,
    ],
    [
      "as unknown behind the label alone",
      `04${CARD.slice(2)}\n\tControl: I/O+\n\n${CARD}\n\tDeviceName: Slot 1`,
      null,
    ],
  ])("has its subsystem %s", (_where, text, subsystemId) => {
    expect(parseLspci(text)[0]?.subsystemId).toBe(subsystemId);
  });

  test("has the class that is there where the record may be cut off or filtered", () => {
    const whole =
      "Slot:\t03:00.0\nClass:\tUSB controller [0c03]\nVendor:\tVendor [abcd]\nDevice:\tDevice [0001]";
    expect(only(whole)).toMatchObject({ class: "0c03", subsystemId: null, name: null });
    expect(only(`${whole}\nRev:\ta1`)).toMatchObject({ class: "0c03", subsystemId: null });
    expect(only(`${whole}\n\n`)).toMatchObject({ class: "0c03", subsystemId: null });
    expect(only(`${whole}\nRev:\ta1\n\n`)).toMatchObject({ class: "0c0300", subsystemId: "0000:0000" });
    expect(only(`${whole}\nProgIf:\t30`)).toMatchObject({ class: "0c0330" });
  });

  test("has the name of a subsystem whose vendor has none", () => {
    const record =
      "Slot:\t03:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t13ba\nSVendor:\tUnknown vendor [abcd]\nSDevice:\tBoard [0001]";
    expect(only(record)).toMatchObject({ subsystemId: "abcd:0001", subsystemName: "Board" });
  });

  test.each([
    "DeviceName: Slot 1\tFlags: fast devsel, IOMMU group 5",
    "DeviceName: Slot 1    IOMMU group: 5",
  ])("has the group behind its label: %j", (detail) => {
    expect(only(`${CARD}\n\t${detail}`).iommuGroup).toBe(5);
  });

  test("has the group of its own lines, not the flags of its capabilities", () => {
    const group =
      "\tIOMMU group: 50\n\tCapabilities: [60] Power Management version 3\n\t\tFlags: PMEClk- DSI-";
    expect(only(`${CARD}\n\tControl: I/O+\n${group}`).iommuGroup).toBe(50);
    expect(only(`${CARD}\n\tFlags: fast devsel, IRQ 45, IOMMU group 0\n\t\tFlags: PMEClk-`).iommuGroup).toBe(
      0,
    );
    expect(only(`${CARD}\n\tFlags: fast devsel, IRQ 45`).iommuGroup).toBeNull();
  });
});

const RUN = "Run lspci -nnv on the host and take all that it prints.";

describe("a text that is not what lspci prints with numbers", () => {
  const example = '"03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [10de:13ba]"';
  const forms = `expected a device, such as ${example}, as lspci prints it with -nn, -nnk, -nnv, -nnvv, -vmmnnk or -mm -nn, by itself or in a list of IOMMU groups. ${RUN}`;
  const numbers = `expected the numbers of class, vendor and device, as in ${example}, and no more behind them; lspci prints them with -nn. ${RUN}`;

  test.each<[string, string, string]>([
    [
      "nothing",
      " \r\n\t\n",
      "There is no device in the text, which is empty: expected the output of lspci -nnv, -nnvv, -vmmnnk or -nn. Run lspci -nnv on the host and take all that it prints.",
    ],
    ["something else", "\n{}\n", `Line 2 is "{}": ${forms}`],
    ["a tree", "-[0000:00]-+-00.0", `Line 1 is "-[0000:00]-+-00.0": ${forms}`],
    [
      "another machine-readable form",
      '03:00.0 "VGA compatible controller" "NVIDIA Corporation" "GM107GL" -ra2',
      `Line 1 is "03:00.0 \\"VGA compatible controller\\" \\"NVIDIA Corporation\\" \\"GM107GL\\" -ra2": ${numbers}`,
    ],
    [
      "names without numbers",
      `${CARD}\n04:00.0 3D controller: NVIDIA Corporation GA100 [A100 PCIe 40GB] (rev a1)`,
      `Line 2 is "04:00.0 3D controller: NVIDIA Corporation GA100 [A100 PCIe 40GB] (rev a1)": ${numbers}`,
    ],
    [
      "a line that is cut off",
      `${CARD}\n${CARD.slice(0, 100)}`,
      `Line 2 is "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [Quadro K22…": ${numbers}`,
    ],
    [
      "a text whose beginning is cut off",
      "\tKernel driver in use: ast\n\n",
      `Line 1 is "Kernel driver in use: ast": expected the first line of a device, such as ${example}, before any more about it. ${RUN}`,
    ],
    [
      "a function that cannot be",
      CARD.replace("00.0", "00.8"),
      `Line 1 is "${CARD.replace("00.0", "00.8").slice(0, 80)}…": ${forms}`,
    ],
    [
      "a device that cannot be",
      CARD.replace("00.0", "20.0"),
      `Line 1 is "${CARD.replace("00.0", "20.0").slice(0, 80)}…": ${forms}`,
    ],
    [
      "a subsystem without numbers",
      `${CARD}\n\tSubsystem: NVIDIA Corporation Device 1097`,
      'Line 2 is "Subsystem: NVIDIA Corporation Device 1097": expected a subsystem with its numbers, such as "Subsystem: NVIDIA Corporation Device [10de:1097]"; lspci prints them with -nn. Run lspci -nnv on the host and take all that it prints.',
    ],
    ...[
      "IOMMU group: 99999999999999999999",
      "IOMMU group: x",
      "IOMMU group:",
      "Flags: fast devsel, IOMMU group 1.5",
    ].map((detail): [string, string, string] => [
      `a group that is none, ${detail}`,
      `${CARD}\n\t${detail}\n`,
      `Line 2 is "${detail}": expected an IOMMU group with its number, such as "IOMMU group: 15". ${RUN}`,
    ]),
    [
      "flags that are cut off",
      `${CARD}\n\tFlags: bus master, fast`,
      `Line 2 is "Flags: bus master, fast": expected the whole of the flags on one line. ${RUN}`,
    ],
    [
      "a subsystem with nothing behind it",
      `${CARD}\n\tSubsystem:\n\tKernel modules: nouveau`,
      `Line 2 is "Subsystem:": expected a subsystem with its numbers, such as "Subsystem: NVIDIA Corporation Device [10de:1097]"; lspci prints them with -nn. ${RUN}`,
    ],
    [
      "half of a subsystem",
      "Slot:\t03:00.0\nClass:\t0300\nVendor:\t10de\nDevice:\t13ba\nSDevice:\t1097\nRev:\ta1",
      'Line 1 is "Slot:\\t03:00.0": expected "SVendor:\tNVIDIA Corporation [10de]" among the lines that follow it. Run lspci -vmmnnk on the host and take all that it prints.',
    ],
    [
      "two hosts in one",
      `${CARD}\n\n${CARD.replace("a2", "a1")}`,
      "Line 3 has a device at 0000:03:00.0, as line 1 has: expected the output of one host, and every device once. Run lspci -nnv on the host and take all that it prints.",
    ],
    [
      "a slot without its function",
      "Slot:\t03:00\nClass:\t0300",
      'Line 1 is "Slot:\\t03:00": expected the address of a device, such as "Slot:\t03:00.0". Run lspci -vmmnnk on the host and take all that it prints.',
    ],
    [
      "a line without a key among records",
      "Slot:\t03:00.0\nClass:\t0300\n03:00.1",
      'Line 3 is "03:00.1": expected a key and a value, such as "Vendor:\tNVIDIA Corporation [10de]". Run lspci -vmmnnk on the host and take all that it prints.',
    ],
    [
      "a record without its device",
      "Slot:\t03:00.0\nClass:\t0300\nVendor:\t10de\n\nSlot:\t04:00.0",
      'Line 1 is "Slot:\\t03:00.0": expected "Device:\tGM107GL [Quadro K2200] [13ba]" among the lines that follow it. Run lspci -vmmnnk on the host and take all that it prints.',
    ],
    [
      "a record of names without numbers",
      "Slot:\t03:00.0\nClass:\tVGA compatible controller\nVendor:\tNVIDIA Corporation\nDevice:\tGM107GL",
      'Line 3 is "Vendor:\\tNVIDIA Corporation": expected a number behind the name, as in "NVIDIA Corporation [10de]"; lspci prints it with -nn. Run lspci -vmmnnk on the host and take all that it prints.',
    ],
  ])("is refused: %s", (_what, text, message) => {
    expect(refusal(text)).toBe(message);
  });
});

describe("a hostile text", () => {
  const long = 200_000;

  test.each<[string, string]>([
    ["brackets", `03:00.0 ${"[0300".repeat(long)}`],
    ["classes", `03:00.0 ${"[0300]: ".repeat(long)}`],
    ["interfaces", `03:00.0 A [0300]: B ${"(prog-if 00 [".repeat(long)}`],
    ["revisions", `03:00.0 A [0300]: B ${" (rev a1".repeat(long)}`],
    ["addresses", "0000:".repeat(long)],
    ["white space", `${" ".repeat(long)}x`],
    ["groups", "IOMMU Group 1 ".repeat(long)],
    ["quotes", `03:00.0 ${'"\\'.repeat(long)}`],
    ["tags", `x${"[/code]".repeat(long)}x`],
    ["tags that do not end", `x${"[b ".repeat(long)}x`],
    ["prompts", `root@${"[a@".repeat(long)}`],
    ["other devices", `03:00.0 ${"04:00.0 A ".repeat(long)}`],
  ])("is refused without ado: %s", (_what, text) => {
    expect(refusal(text)).toMatch(/^Line 1 is ".{1,200}": expected /s);
  });

  test("may have 10 MB", { timeout: 120_000 }, () => {
    const host = fixture("desktop.nnvv");
    const copies = Math.ceil(10_000_000 / host.length);
    const text = Array.from({ length: copies }, (_, index) =>
      host.replace(/^(?=[0-9a-f]{2}:)/gm, `${(0x10000 + index).toString(16)}:`),
    ).join("");
    expect(parseLspci(text)).toHaveLength(copies * parseLspci(host).length);
  });

  test("may be of nothing but line breaks", () => {
    expect(refusal("\n".repeat(5 * long))).toMatch(/^There is no device in the text, which is empty/);
  });

  test.each<[string, string]>([
    ["groups behind each other", `Flags: ${"IOMMU group 1".repeat(long)} ${" ".repeat(long)}x`],
    ["a group of many digits", `Flags: fast devsel, IOMMU group ${"1".repeat(long)}`],
    ["labels", `DeviceName: ${"IOMMU group".repeat(long)}\tIOMMU group: x`],
  ])("is refused without ado in a detail: %s", (_what, detail) => {
    expect(refusal(`${CARD}\n\t${detail}`)).toMatch(/^Line 2 is ".{1,200}": expected /s);
  });
});
