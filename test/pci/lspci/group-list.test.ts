import { describe, expect, test } from "vitest";
import { PciFormatError } from "../../../src/pci/format-error.ts";
import { parseGroupList } from "../../../src/pci/lspci/group-list.ts";
import { parseLspci } from "../../../src/pci/lspci/lspci.ts";
import { withGroups } from "../../../src/pci/lspci/with-groups.ts";

const CARD =
  "03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [Quadro K2200] [10de:13ba] (rev a2)";
const AUDIO =
  "03:00.1 Audio device [0403]: NVIDIA Corporation GM107 High Definition Audio [10de:0fbc] (rev a1)";

/** The groups of the devices in the order of their addresses. */
function groups(list: string, text = `${CARD}\n${AUDIO}`): (number | null)[] {
  return withGroups(parseLspci(text), parseGroupList(list)).map(({ iommuGroup }) => iommuGroup);
}

function refusal(call: () => unknown): string {
  try {
    call();
  } catch (error) {
    if (error instanceof PciFormatError) return error.message;
    throw error;
  }
  throw new Error("nothing was refused");
}

describe("a list of groups", () => {
  test.each<[string, string]>([
    [
      "find -type l",
      "/sys/kernel/iommu_groups/51/devices/0000:03:00.1\n/sys/kernel/iommu_groups/50/devices/0000:03:00.0\n/sys/kernel/iommu_groups/7/devices/10000:e1:00.0\n",
    ],
    [
      "find with all that there is",
      [
        "/sys/kernel/iommu_groups",
        ...["50", "51"].flatMap((group, index) => [
          `/sys/kernel/iommu_groups/${group}`,
          `/sys/kernel/iommu_groups/${group}/devices`,
          `/sys/kernel/iommu_groups/${group}/devices/0000:03:00.${index}`,
          `/sys/kernel/iommu_groups/${group}/reserved_regions`,
          `/sys/kernel/iommu_groups/${group}/type`,
        ]),
      ].join("\r\n"),
    ],
    [
      "find in the folder itself",
      "./iommu_groups/50/devices/0000:03:00.0\n./iommu_groups/51/devices/0000:03:00.1",
    ],
    [
      "pvesh",
      [
        "➜  ~ pvesh get /nodes/pve/hardware/pci",
        "┌──────────┬────────┬──────────────┬────────────┬────────┬─────────────────────",
        "│ class    │ device │ id           │ iommugroup │ vendor │ device_name",
        "╞══════════╪════════╪══════════════╪════════════╪════════╪═════════════════════",
        "│ 0x030000 │ 0x13ba │ 0000:03:00.0 │         50 │ 0x10de │ GM107GL [Quadro K2200",
        "├──────────┼────────┼──────────────┼────────────┼────────┼─────────────────────",
        "│ 0x040300 │ 0x0fbc │ 0000:03:00.1 │         51 │ 0x10de │",
        "├──────────┼────────┼──────────────┼────────────┼────────┼─────────────────────",
        "│ 0x0c8000 │ 0x0fbd │ 0000:03:00.2 │         -1 │ 0x10de │                     │",
        "└──────────┴────────┴──────────────┴────────────┴────────┴─────────────────────",
      ].join("\n"),
    ],
    [
      "ls -l of the groups",
      [50, 51]
        .map(
          (group, index) =>
            `lrwxrwxrwx 1 root root 0 Nov 22 12:31 /sys/kernel/iommu_groups/${group}/devices/0000:03:00.${index} -> ../../../../devices/pci0000:00/0000:00:01.0/0000:03:00.${index}`,
        )
        .join("\n"),
    ],
    [
      "ls -l of the devices",
      [50, 51]
        .map(
          (group, index) =>
            `lrwxrwxrwx 1 root root 0 Nov 22 12:31 /sys/bus/pci/devices/0000:03:00.${index}/iommu_group -> ../../../../kernel/iommu_groups/${group}`,
        )
        .join("\n"),
    ],
    [
      "a loop around readlink",
      "/sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0: ../../../../kernel/iommu_groups/50\n0000:03:00.1 /sys/kernel/iommu_groups/51",
    ],
    ["a loop with numbers alone", "0000:03:00.0 50\n03:00.1: 51"],
    ["a script's words", `IOMMU Group 50 ${CARD}\nIOMMU group 51: ${AUDIO}`],
    ["a script's headings", `IOMMU Group 50:\n\t${CARD}\nIOMMU Group 51:\n\t${AUDIO}`],
    [
      "a script's headings, and lspci without numbers",
      "IOMMU Group 50:\n\t03:00.0 VGA compatible controller: NVIDIA\nIOMMU group 51\n[RESET]\t03:00.1 Audio device: NVIDIA",
    ],
    ["a script's headings and addresses", "Group 50\n0000:03:00.0\nGroup 51\n0000:03:00.1"],
    [
      "a script with details",
      `IOMMU Group 50:\n\t${CARD}\n\tSubsystem: Device [1028:1097]\n\tKernel driver in use: vfio-pci\nIOMMU Group 51:\n\t${AUDIO}`,
    ],
    [
      "a viewer",
      "Group 50:\t[10de:13ba] [R] 03:00.0  VGA compatible controller                GM107GL [Quadro K2200]\nGroup 51:\t[10de:0fbc]     03:00.1  Audio device                             GM107",
    ],
    ["a tree", "├── 50\n│   └── 03:00.0 VGA\n└── 51\n    └── 03:00.1 Audio"],
    ["a loop with the number first", "50 0000:03:00.0\n51: 0000:03:00.1"],
    ["a loop with commas", "50,0000:03:00.0\n51, 03:00.1"],
    [
      "ls -l of the folders",
      "/sys/kernel/iommu_groups/50/devices:\ntotal 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.0 -> ../../../../devices/pci0000:00/0000:00:01.0/0000:03:00.0\n\n" +
        "/sys/kernel/iommu_groups/51/devices:\ntotal 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.1 -> ../../../../devices/pci0000:00/0000:00:01.0/0000:03:00.1",
    ],
    [
      "ls of the folders",
      "/sys/kernel/iommu_groups/50/devices/:\n0000:03:00.0  0000:04:00.0\n\n/sys/kernel/iommu_groups/51/devices:\n0000:03:00.1",
    ],
    [
      "ls -R",
      "/sys/kernel/iommu_groups:\n\n/sys/kernel/iommu_groups/50:\ndevices  reserved_regions  type\n\n/sys/kernel/iommu_groups/50/devices:\n0000:03:00.0\n\n" +
        "/sys/kernel/iommu_groups/51:\ntotal 0\ndrwxr-xr-x 2 root root    0 Nov 22 12:31 devices\n-r--r--r-- 1 root root 4096 Nov 22 12:31 reserved_regions\n\n/sys/kernel/iommu_groups/51/devices:\n0000:03:00.1",
    ],
    [
      "ls -d in columns",
      "/sys/kernel/iommu_groups/50/devices/0000:03:00.0  /sys/kernel/iommu_groups/50/devices/0000:04:00.0\n/sys/kernel/iommu_groups/51/devices/0000:03:00.1",
    ],
    [
      "the kernel's log",
      "[    0.000000] DMAR: IOMMU enabled\n[    0.812345] pci 0000:03:00.0: Adding to iommu group 50\n[    0.812400] platform fdbd0000.rkvenc-core: Adding to iommu group 9\n[    0.812999] pci 0000:03:00.1: Adding to iommu group 51",
    ],
    [
      "the log of an older kernel, in the journal",
      "Nov 22 12:31:07 pve1 kernel: iommu: Adding device 0000:03:00.0 to group 50\nNov 22 12:31:07 pve1 kernel: pci 0000:00:00.2: AMD-Vi: Found IOMMU cap 0x40\nNov 22 12:31:07 pve1 kernel: iommu: Adding device 0000:03:00.1 to group 51",
    ],
    [
      "a log in which a device has moved",
      "pci 0000:03:00.0: Adding to iommu group 7\npci 0000:03:00.1: Adding to iommu group 51\nvfio-pci 0000:03:00.0: Removing from iommu group 7\nvfio-pci 0000:03:00.0: Adding to iommu group 50",
    ],
    [
      "the log with its times",
      "[Fri Nov 27 09:00:00 2026] pci 0000:03:00.0: Adding to iommu group 50\n[Fri Nov  7 09:00:00 2026] DMAR: IOMMU enabled\n[Fri Nov  7 09:00:00 2026] pci 0000:03:00.1: Adding to iommu group 51",
    ],
    [
      "the log with its levels, on a host where a device could not be added",
      "<6>[    0.301357] DMAR: No ATSR found\n<6>[    0.812345] pci 0000:03:00.0: Adding to iommu group 50\n<3>[    0.812399] pci 0000:04:00.0: Failed to add to iommu group 50: -16\n<6>[    0.812999] pci 0000:03:00.1: Adding to iommu group 51\n<4>[    4.100200] EXT4-fs error (device dm-1): checksum of group 3",
    ],
    [
      "the log without times",
      "kernel: pci 0000:03:00.0: Adding to iommu group 50\nkernel: pci 0000:03:00.1: Adding to iommu group 51\nkernel: AMD-Vi: Extended features (0x4f77ef22294ada, 0x0): PPR NX GT",
    ],
    [
      "find on a host with devices on other buses",
      "/sys/kernel/iommu_groups/1/devices/ff8f0000.vop\n/sys/kernel/iommu_groups/2/devices/AMDI0040:00\n/sys/kernel/iommu_groups/50/devices/0000:03:00.0\n/sys/kernel/iommu_groups/51/devices/0000:03:00.1",
    ],
    [
      "ls -l of the folders on such a host",
      "/sys/kernel/iommu_groups/1/devices:\ntotal 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 ff8f0000.vop -> ../../../../devices/platform/ff8f0000.vop\n" +
        [50, 51]
          .map(
            (group, index) =>
              `/sys/kernel/iommu_groups/${group}/devices:\ntotal 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.${index} -> ../../../../devices/platform/soc/fe150000.pcie/pci0000:00/0000:03:00.${index}`,
          )
          .join("\n"),
    ],
    ["find in the folder of the groups", "./50/devices/0000:03:00.0\n./51/devices/0000:03:00.1"],
    [
      "a terminal",
      "root@pve1:~# find /sys/kernel/iommu_groups -type l\r\n/sys/kernel/iommu_groups/50/devices/0000:03:00.0\r\n/sys/kernel/iommu_groups/51/devices/0000:03:00.1\r\nroot@pve1:~#",
    ],
    [
      "readlink for one device and another",
      "root@pve1:~# readlink /sys/bus/pci/devices/0000:03:00.0/iommu_group\n../../../../kernel/iommu_groups/50\nroot@pve1:~# readlink -f /sys/bus/pci/devices/0000:03:00.1/iommu_group\n/sys/kernel/iommu_groups/51",
    ],
    [
      "ls for one folder and another",
      "root@pve1:~# ls /sys/kernel/iommu_groups/50/devices/\n0000:03:00.0\nroot@pve1:~# ls -l /sys/kernel/iommu_groups/51/devices\ntotal 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.1 -> ../../../../devices/pci0000:00/0000:03:00.1",
    ],
    ["the same said twice", "03:00.0 50\n03:00.1 51\n0000:03:00.0 50"],
  ])("may be what %s prints", (_what, list) => {
    expect(groups(list)).toEqual([50, 51]);
  });

  test.each<[string, string]>([
    [
      "readlink -f",
      "/sys/devices/pci0000:00/0000:00:01.0/0000:03:00.0/iommu_group\n0000:03:00.1 ../kernel/iommu_groups/0",
    ],
    ["a loop", "0000:03:00.0 ->\n0000:03:00.1 -> ../../../../kernel/iommu_groups/0"],
    ["find, which leaves it out", "/sys/kernel/iommu_groups/0/devices/0000:03:00.1"],
  ])("may have no group for a device, as %s says it", (_what, list) => {
    expect(groups(list)).toEqual([null, 0]);
  });

  test("tells a device that is in none beside others that are in one", () => {
    expect(groups("0000:03:00.0\n0000:03:00.1 51")).toEqual([null, 51]);
    expect(
      groups(
        "pci 0000:03:00.0: Adding to iommu group 7\npci 0000:03:00.1: Adding to iommu group 51\npci 0000:03:00.0: Removing from iommu group 7",
      ),
    ).toEqual([null, 51]);
  });

  test("may be one group by itself for one device, or for all of them", () => {
    expect(groups("/sys/kernel/iommu_groups/50\n", CARD)).toEqual([50]);
    expect(groups("../../../../kernel/iommu_groups/50", CARD)).toEqual([50]);
    expect(groups("/sys/kernel/iommu_groups/50\n/sys/kernel/iommu_groups/50")).toEqual([50, 50]);
  });

  test("may repeat what the text says, and complete it", () => {
    const text = `${CARD}\n\tFlags: fast devsel, IOMMU group 50\n\n${AUDIO}`;
    expect(groups("03:00.0 50\n03:00.1 51", text)).toEqual([50, 51]);
    expect(groups("03:00.1 51", text)).toEqual([50, 51]);
  });
});

describe("a list of groups is refused", () => {
  const expected =
    'expected a group and its device, such as "/sys/kernel/iommu_groups/50/devices/0000:03:00.0", as find /sys/kernel/iommu_groups -type l prints them. Run find /sys/kernel/iommu_groups -type l on the host and take all that it prints.';

  test.each<[string, string, string]>([
    ["something else", "50\n", `Line 1 is "50": ${expected}`],
    [
      "an address that is none",
      "/sys/kernel/iommu_groups/50/devices/0000:03:00.x",
      `Line 1 is "/sys/kernel/iommu_groups/50/devices/0000:03:00.x": ${expected}`,
    ],
    [
      "the complaint of find",
      "find: '/sys/kernel/iommu_groups': No such file or directory",
      `Line 1 is "find: '/sys/kernel/iommu_groups': No such file or directory": ${expected}`,
    ],
    ["a device of lspci", `\n${CARD}`, `Line 2 is "${CARD.slice(0, 80)}…": ${expected}`],
    [
      "addresses without groups, as ls of one folder prints them",
      "0000:03:00.0\n0000:03:00.1",
      `Line 1 is "0000:03:00.0": ${expected}`,
    ],
    [
      "the same with links",
      "total 0\nlrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.0 -> ../../../../devices/pci0000:00/0000:03:00.0",
      `Line 2 is "lrwxrwxrwx 1 root root 0 Nov 22 12:31 0000:03:00.0 -> ../../../../devices/pci000…": ${expected}`,
    ],
    [
      "addresses without groups beside folders",
      "0000:03:00.0\n/sys/kernel/iommu_groups/51/devices:\n0000:03:00.1",
      `Line 1 is "0000:03:00.0": ${expected}`,
    ],
    [
      "a device behind a gap",
      "IOMMU Group 50:\n\t03:00.0 VGA\n--\n\t03:00.1 Audio",
      `Line 4 is "03:00.1 Audio": ${expected}`,
    ],
    [
      "two groups on one line",
      `IOMMU Group 50 ${CARD} IOMMU Group 51 ${AUDIO}`,
      `Line 1 is "IOMMU Group 50 ${CARD.slice(0, 65)}…": ${expected}`,
    ],
    ["two devices on one line", `50 ${CARD} ${AUDIO}`, `Line 1 is "50 ${CARD.slice(0, 77)}…": ${expected}`],
    [
      "a line of the log that says something else of a group",
      "[    0.8] pci 0000:03:00.0: has no group 50",
      `Line 1 is "[    0.8] pci 0000:03:00.0: has no group 50": ${expected}`,
    ],
    [
      "two groups of one device",
      "03:00.0 50\n0000:03:00.0 51",
      'Line 2 is "0000:03:00.0 51": expected the group of 0000:03:00.0 that an earlier line gave, 50. Run find /sys/kernel/iommu_groups -type l on the host and take all that it prints.',
    ],
    [
      "a group and none of one device",
      "03:00.0 ->\n03:00.0 51",
      'Line 2 is "03:00.0 51": expected the group of 0000:03:00.0 that an earlier line gave, none. Run find /sys/kernel/iommu_groups -type l on the host and take all that it prints.',
    ],
  ])("for its lines: %s", (_what, list, message) => {
    expect(refusal(() => parseGroupList(list))).toBe(message);
  });

  test.each<[string, string, string]>([
    [
      "another host",
      "/sys/kernel/iommu_groups/50/devices/0000:04:00.0",
      "Of the devices that lspci printed none is among those with an IOMMU group here, such as 0000:04:00.0: expected the groups of the same host.",
    ],
    [
      "nothing that says whose",
      "/sys/kernel/iommu_groups/50\n/sys/kernel/iommu_groups/51",
      "Nothing says which device is in IOMMU group 50: readlink prints no addresses, and there are 2 devices. Take the output of find /sys/kernel/iommu_groups -type l.",
    ],
  ])("beside the devices: %s", (_what, list, message) => {
    expect(refusal(() => groups(list))).toBe(message);
  });

  test.each([
    ["fewer groups than devices", "/sys/kernel/iommu_groups/50"],
    ["more groups than devices", "/sys/kernel/iommu_groups/50\n".repeat(3)],
    ["a device beside it", "03:00.0 50\n/sys/kernel/iommu_groups/50"],
  ])("that says not whose: %s", (_what, list) => {
    expect(refusal(() => groups(list))).toMatch(/^Nothing says which device is in IOMMU group 50: /);
  });

  test.each([
    "",
    " \r\n",
    "03:00.0 ->\n0000:03:00.1 ->",
    "[    0.1] DMAR: IOMMU enabled",
    "root@pve1:~# find /sys/kernel/iommu_groups -type l\nroot@pve1:~#",
  ])("without any group: %j", (list) => {
    expect(refusal(() => groups(list))).toBe(
      "There is no IOMMU group in the text: expected a group and its device on each line. Run find /sys/kernel/iommu_groups -type l on the host and take all that it prints. It prints nothing where the IOMMU is off; then leave the argument out.",
    );
  });

  test("where the text has another group, or has one where the list has none", () => {
    const text = `${CARD}\n\tFlags: fast devsel, IOMMU group 50`;
    expect(refusal(() => groups("03:00.0 51", text))).toBe(
      "0000:03:00.0 is in IOMMU group 50 by the output of lspci, and in 51 here: expected both of the same boot of the same host.",
    );
    expect(refusal(() => groups("03:00.0 ->\n03:00.1 51", text))).toBe(
      "0000:03:00.0 is in IOMMU group 50 by the output of lspci, and in none here: expected both of the same boot of the same host.",
    );
  });

  test("at any length", () => {
    for (const list of [
      `${"/03:00.0".repeat(200_000)}x`,
      `03:00.0${" ".repeat(200_000)}x`,
      `${"iommu_groups/".repeat(200_000)}x`,
      `${"iommu_groups/1/devices/".repeat(200_000)}x/`,
      `lrwxrwxrwx${" -> /devices/pci".repeat(200_000)} `,
      `│ 0x030000 │${" ".repeat(200_000)}x`,
    ]) {
      expect(refusal(() => parseGroupList(list))).toMatch(/^Line 1 is /);
    }
  });
});
