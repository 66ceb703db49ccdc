/**
 * What one line says of IOMMU groups. It may be a folder or link as `find`, `ls` and `readlink` print them, a line of
 * the kernel's log, a number beside an address, a row of Proxmox's table, or part of a script's list. Source: Linux
 * `Documentation/ABI/testing/sysfs-kernel-iommu_groups`; `drivers/iommu/iommu.c`, iommu_group_add_device; pve-common
 * `src/PVE/CLIFormatter.pm`, print_text_table.
 */
import { formatAddress, parseFunctionAddress } from "../address.ts";
import { ADDRESS, fromAddress, splitDevices } from "./first-line.ts";
import { readGroupHeading } from "./group-heading.ts";

/** A line that was read. `device` is a path; a `group` of null means none. */
export type GroupLine =
  /** Devices and their group. With `log` it is from a log, where a later line replaces an earlier one. */
  | {
      readonly is: "entry";
      readonly devices: readonly string[];
      readonly group: number | null;
      readonly log?: true;
    }
  /** The group of the lines that follow; with `inline`, only of indented ones. */
  | { readonly is: "heading"; readonly group: number }
  | { readonly is: "inline"; readonly devices: readonly string[]; readonly group: number }
  /** Devices whose group is in a line above, or missing. */
  | { readonly is: "devices"; readonly devices: readonly string[] }
  /** A group without a device, as plain `readlink` prints it. */
  | { readonly is: "group"; readonly group: number }
  | { readonly is: "nothing" };

const NOTHING: GroupLine = { is: "nothing" };

/** `/sys/kernel/iommu_groups/50/devices/0000:03:00.0`, also among what `ls -l` prints around it. */
const LINK = new RegExp(`(?:\\biommu_groups|^\\.)/(\\d{1,9})/devices/(${ADDRESS})(?![^ ])`, "gi");
/** A folder as `find` prints it, or as `ls` does above its list. */
const FOLDER = /\biommu_groups\/(\d{1,9})(?:\/devices\/?:?|:)$/;
/** Everything else that `find`, `ls -R` and `tree` print. */
const OTHER_ENTRY =
  /\biommu_groups(?:\/\d{1,9}\/(?:reserved_regions|type|name))?\/?:?$|^total \d+$|^\d+ directories\b|^[d-][rwx-]{9}.* (?:devices|reserved_regions|type|name|\.{1,2})$|^(?:(?:devices|reserved_regions|type|name) *)+$/;
/** The links of devices on other buses, whose names are no addresses: `ff8f0000.vop`, `AMDI0040:00`. */
const OTHER_LINK =
  /\biommu_groups\/\d{1,9}\/devices\/(?=[\w.:-]{0,100}[g-z])(?![0-9a-f]{4,8}:[0-9a-f]{2}:)[\w.:-]{1,100}(?: -> \S+)?$|^l[rwx-]{9}.{1,200} -> \S{0,300}\/devices\/(?!pci)\S+$/i;
const GROUP = /\biommu_groups\/(\d{1,9})\/?$/;
const DEVICE = new RegExp(`(?:^|[/ ])(${ADDRESS})(?=$|[/ :])`, "gi");
/** `lrwxrwxrwx … 0000:03:00.0 -> ../../../../devices/…`, in the list of a group's folder. */
const LISTED = new RegExp(`(?:^|\\s)(${ADDRESS}) -> .*/devices/`, "i");
const ADDRESSES = new RegExp(`^${ADDRESS}(?:\\s+${ADDRESS})*$`, "i");
const JOINED = new RegExp(`(?:^|[ \\t])(${ADDRESS}): Adding to iommu group (\\d{1,9})$`, "i");
const JOINED_BEFORE_5_3 = new RegExp(`iommu: Adding device (${ADDRESS}) to group (\\d{1,9})$`, "i");
const LEFT = new RegExp(
  `(?:(${ADDRESS}): Removing from iommu group|iommu: Removing device (${ADDRESS}) from group) \\d{1,9}$`,
  "i",
);
const FAILED = new RegExp(`(${ADDRESS}): Failed to add to iommu group \\d{1,9}: -\\d+$`, "i");
const LOG =
  /^(?:(?:<\d{1,3}>)?\[ *\d+\.\d+\]|\[[A-Z][a-z]{2} [\w :]{19,21}\]|[A-Z][a-z]{2} +\d+ [\d:]{8} |\d{4}-\d\d-\d\dT|(?:iommu|DMAR|AMD-Vi|Intel-IOMMU|pci|platform|kernel)\b.{0,40}: )/;
/** The device or the kind of group is in the line, perhaps damaged. */
const OF_DEVICE = new RegExp(`${ADDRESS}|(?:iommu|to|from) group`, "i");
/** `0000:03:00.0 50`, the number by itself. */
const NUMBER_BEHIND = new RegExp(`^(${ADDRESS})[ \\t:=>,;-]+(\\d{1,9})$`, "i");
const NUMBER_BEFORE = new RegExp(`^(\\d{1,9})(?:[:=,;-]*>?[ \\t]+|[,;])(${ADDRESS})(?=\\s|$)`, "i");
/** A device without a link: `readlink -f` then prints the path that was asked for, and a loop prints only the address. */
const GROUPLESS = new RegExp(`(?:^|/)(${ADDRESS})(?:/iommu_group|[ \\t]*[:=>-]+)$`, "i");
/** What `pvesh get /nodes/NODE/hardware/pci` prints: class, device, id, iommugroup; -1 is none. And the lines around it. */
const ROW = new RegExp(
  `^[│|] *0x[0-9a-f]{6} *[│|] *0x[0-9a-f]{4} *[│|] *(${ADDRESS}) *[│|] *(-1|\\d{1,9}) *[│|]`,
  "iu",
);
const AROUND_ROWS =
  /^(?:[┌╞├└+][─═┬╪┼┴┐╡┤┘+=-]+|[│|] *class +[│|] *device +[│|] *id +[│|] *iommugroup +[│|].*)$/u;
/** What viewers print before the address: ids and a mark for resets. */
const VIEWER = /^(?:\[[0-9a-f]{4}:[0-9a-f]{4}\]\s*)?(?:\[R(?:ESET)?\]\s*)?/i;
/** What lspci prints below a device. */
const DETAIL = /^(?:Subsystem|DeviceName|Kernel driver in use|Kernel modules|Flags|Capabilities): /;

/** What the line says; null when it has no known form. */
export function readGroupLine(line: string): GroupLine | null {
  const text = line.trim();
  const links = [...text.matchAll(LINK)];
  if (links.length > 0) return readLinks(links);
  const folder = FOLDER.exec(text);
  if (folder !== null) return { is: "heading", group: Number(folder[1]) };
  const row = ROW.exec(text);
  if (row !== null) return entry([row[1]], row[2] === "-1" ? null : Number(row[2]));
  if (AROUND_ROWS.test(text)) return NOTHING;
  const groupless = GROUPLESS.exec(text);
  if (groupless !== null) return entry([groupless[1]], null);
  return readTarget(text) ?? readLog(text) ?? readNumbers(text) ?? readList(line) ?? readOther(text);
}

/** One line may have several links, of one group or several. */
function readLinks(links: readonly RegExpExecArray[]): GroupLine | null {
  const groups = new Set(links.map(([, group]) => Number(group)));
  const [group = 0, ...others] = groups;
  return others.length > 0
    ? null
    : entry(
        links.map(([, , device]) => device),
        group,
      );
}

function readTarget(text: string): GroupLine | null {
  const target = GROUP.exec(text);
  if (target === null) return null;
  // Of several addresses, the last is the device; the others are the bridges above it.
  const device = [...text.slice(0, target.index).matchAll(DEVICE)].at(-1);
  const group = Number(target[1]);
  return device === undefined ? { is: "group", group } : entry([device[1]], group);
}

function readLog(text: string): GroupLine | null {
  const joined = JOINED.exec(text) ?? JOINED_BEFORE_5_3.exec(text);
  if (joined !== null) return { ...entry([joined[1]], Number(joined[2])), log: true };
  const left = LEFT.exec(text) ?? FAILED.exec(text);
  if (left !== null) return { ...entry([left[1] ?? left[2]], null), log: true };
  // Devices on other buses have groups too, and the log has other lines.
  if (/Adding to iommu group \d{1,9}$/.test(text)) return NOTHING;
  // Groups of other kinds are in lines of file systems.
  const isOther = !/\bgroup \d/i.test(text) || !OF_DEVICE.test(text);
  return LOG.test(text) && isOther ? NOTHING : null;
}

function readNumbers(text: string): GroupLine | null {
  const behind = NUMBER_BEHIND.exec(text);
  if (behind !== null) return entry([behind[1]], Number(behind[2]));
  const before = NUMBER_BEFORE.exec(text);
  if (before === null || splitDevices(text.slice(before.index)).length > 1) return null;
  return entry([before[2]], Number(before[1]));
}

/** A line of a list by groups; only its address matters. */
function readList(line: string): GroupLine | null {
  const heading = readGroupHeading(line);
  if (heading === null) {
    const devices = devicesIn(line);
    return devices === null ? null : { is: "devices", devices };
  }
  if (heading.rest === "") return { is: "heading", group: heading.group };
  const devices = devicesIn(heading.rest);
  return devices === null ? null : { is: "inline", devices, group: heading.group };
}

/** The device at the start of a line, or several when the line has nothing else. */
function devicesIn(line: string): readonly string[] | null {
  const text = line.trim().replace(VIEWER, "");
  const listed = LISTED.exec(text);
  if (listed !== null) return [pathOf(listed[1])];
  const bare = text.replace(/^[│├└─ \t]+/u, "");
  if (ADDRESSES.test(bare)) return bare.split(/\s+/).map(pathOf);
  const device = fromAddress(text);
  if (device === null || splitDevices(device).length > 1 || / IOMMU group \d/i.test(device)) return null;
  return [pathOf(/^\S+/.exec(device)?.[0])];
}

function readOther(text: string): GroupLine | null {
  const isOther =
    OTHER_ENTRY.test(text.replace(/^[│├└─ ]+/u, "")) || OTHER_LINK.test(text) || DETAIL.test(text);
  return isOther ? NOTHING : null;
}

function entry(devices: readonly (string | undefined)[], group: number | null) {
  return { is: "entry", devices: devices.map(pathOf), group } as const;
}

function pathOf(address: string | undefined): string {
  return formatAddress(parseFunctionAddress(address ?? ""));
}
