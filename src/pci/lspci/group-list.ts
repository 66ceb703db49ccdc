/**
 * IOMMU groups as the kernel's file system shows them, for a list of devices that does not tell them.
 * Source: Linux `Documentation/ABI/testing/sysfs-kernel-iommu_groups`.
 */
import { formatAddress, parseFunctionAddress } from "../address.ts";
import { PciFormatError } from "../format-error.ts";
import { type Line, linesOf, unexpectedLine } from "./line.ts";
import type { LspciDevice } from "./lspci.ts";

/** Groups by the path of the device; null for a device that is said to be in none. */
export interface GroupList {
  readonly groups: ReadonlyMap<string, number | null>;
  /** Groups said of no device in particular, as `readlink` alone prints them. */
  readonly unassigned: readonly number[];
}

const ADDRESS = "(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]";
/** `/sys/kernel/iommu_groups/50/devices/0000:03:00.0`, and whatever `ls -l` puts around it. */
const LINK = new RegExp(`\\biommu_groups/(\\d{1,9})/devices/(${ADDRESS})(?![^ ])`, "i");
/** Everything else that `find` without `-type l` prints. */
const OTHER_ENTRY = /\biommu_groups(?:\/\d+\/(?:devices|reserved_regions|type|name))?\/?$/;
const GROUP = /\biommu_groups\/(\d{1,9})\/?$/;
const DEVICE = new RegExp(`(?:^|[/ ])(${ADDRESS})(?=$|[/ :])`, "gi");
/** `IOMMU Group 50 03:00.0 VGA compatible controller …`, as a script prints them that is passed from hand to hand. */
const SPELT_OUT = new RegExp(`^IOMMU group (\\d{1,9})[: \\t]+(${ADDRESS})(?= |$)`, "i");
/** `0000:03:00.0 50`, the number by itself. */
const NUMBERED = new RegExp(`^(${ADDRESS})[ \\t:=>-]+(\\d{1,9})$`, "i");
/** A device whose link is not there: `readlink -f` then prints the path as it was asked, a loop the address alone. */
const GROUPLESS = new RegExp(`(?:^|/)(${ADDRESS})(?:/iommu_group)?[ \\t:=>-]*$`, "i");

/**
 * Reads the output of `find /sys/kernel/iommu_groups -type l`, or of `readlink` with or without addresses before it.
 * @throws PciFormatError for a line that is neither, or two that contradict each other.
 */
export function parseGroupList(text: string): GroupList {
  const groups = new Map<string, number | null>();
  const unassigned: number[] = [];
  let listed = false;
  for (const line of linesOf(text)) {
    if (line.text === "" || OTHER_ENTRY.test(line.text)) continue;
    const link = LINK.exec(line.text);
    listed ||= link !== null;
    const entry = link === null ? readEntry(line) : { path: pathOf(link[2]), group: Number(link[1]) };
    if (entry.path === null) unassigned.push(entry.group);
    else if (groups.has(entry.path) && groups.get(entry.path) !== entry.group) {
      throw unexpectedLine(
        line,
        `the group of ${entry.path} that an earlier line gave, ${groups.get(entry.path) ?? "none"}`,
      );
    } else groups.set(entry.path, entry.group);
  }
  // Beside links, a group by itself is the folder that they lie in.
  return { groups, unassigned: listed ? [] : unassigned };
}

type Entry =
  | { readonly path: string; readonly group: number | null }
  | { readonly path: null; readonly group: number };

function readEntry(line: Line): Entry {
  const text = line.text.trim();
  const group = GROUP.exec(text);
  if (group !== null) {
    // Of several addresses the last is the device; those before it are the bridges above.
    const device = [...text.slice(0, group.index).matchAll(DEVICE)].at(-1);
    const number = Number(group[1]);
    return device === undefined ? { path: null, group: number } : { path: pathOf(device[1]), group: number };
  }
  const spelt = SPELT_OUT.exec(text);
  if (spelt !== null) return { path: pathOf(spelt[2]), group: Number(spelt[1]) };
  const numbered = NUMBERED.exec(text);
  if (numbered !== null) return { path: pathOf(numbered[1]), group: Number(numbered[2]) };
  const groupless = GROUPLESS.exec(text);
  if (groupless !== null) return { path: pathOf(groupless[1]), group: null };
  throw unexpectedLine(
    line,
    'a group and its device, such as "/sys/kernel/iommu_groups/50/devices/0000:03:00.0", as find /sys/kernel/iommu_groups -type l prints them',
  );
}

function pathOf(address: string | undefined): string {
  return formatAddress(parseFunctionAddress(address ?? ""));
}

/**
 * The devices with the groups of a list.
 * @throws PciFormatError when the list is of another host or another boot, or does not say whose its groups are.
 */
export function withGroups(devices: readonly LspciDevice[], list: GroupList): readonly LspciDevice[] {
  const groups = new Map([...list.groups, ...assigned(devices, list)]);
  if (groups.size > 0 && !devices.some(({ path }) => groups.has(path))) {
    throw new PciFormatError(
      `Of the devices that lspci printed none is among those with an IOMMU group here, such as ${groups.keys().next().value}: ` +
        "expected the groups of the same host.",
    );
  }
  return devices.map((device) => {
    const group = groups.get(device.path);
    if (group === undefined || group === device.iommuGroup) return device;
    if (device.iommuGroup !== null) {
      throw new PciFormatError(
        `${device.path} is in IOMMU group ${device.iommuGroup} by the output of lspci, and in ${group ?? "none"} here: ` +
          "expected both of the same boot of the same host.",
      );
    }
    return { ...device, iommuGroup: group };
  });
}

function assigned(
  devices: readonly LspciDevice[],
  { groups, unassigned }: GroupList,
): readonly [string, number][] {
  const [group] = unassigned;
  if (group === undefined) return [];
  // As many lines as devices, and all of one group: then it does not matter whose line is which.
  const alike = unassigned.every((other) => other === group);
  if (alike && groups.size === 0 && unassigned.length === devices.length) {
    return devices.map(({ path }) => [path, group]);
  }
  throw new PciFormatError(
    `Nothing says which device is in IOMMU group ${group}: readlink prints no addresses, and there are ${devices.length} ` +
      "devices. Take the output of find /sys/kernel/iommu_groups -type l.",
  );
}
