/** IOMMU groups from a text, for a list of devices that does not have them. */
import { PciFormatError } from "../format-error.ts";
import { type GroupLine, readGroupLine } from "./group-line.ts";
import { advice, type Line, linesOf, unexpectedLine } from "./line.ts";
import { noiseIn } from "./noise.ts";
import { OwnHeadings } from "./own-heading.ts";

/** Groups by the path of the device; null for a device that the text puts in no group. */
export interface GroupList {
  readonly groups: ReadonlyMap<string, number | null>;
  /** Groups without a device, as plain `readlink` prints them. */
  readonly unassigned: readonly number[];
}

const FIND = "find /sys/kernel/iommu_groups -type l";

/**
 * Reads the output of `find /sys/kernel/iommu_groups -type l`, of `ls` on its folders, of `readlink` with or without
 * addresses before it, the kernel's log, Proxmox's table of devices, or a list by IOMMU group.
 * @throws PciFormatError for any other line, for two lines that contradict each other, or for a text without groups.
 */
export function parseGroupList(text: string): GroupList {
  const reader = new GroupListReader();
  for (const line of linesOf(text)) reader.add(line);
  return reader.list();
}

class GroupListReader {
  readonly #groups = new Map<string, number | null>();
  readonly #unassigned: number[] = [];
  /** The group of the devices that follow; with `inline`, of indented ones. */
  #heading: { readonly group: number; readonly isInline: boolean } | null = null;
  readonly #headings = new OwnHeadings();
  /** Whether the text lists folders: then a group without a device is a folder. */
  #hasFolders = false;
  /** Whether groups come after addresses, as a loop around readlink prints them: then an address alone has no group. */
  #hasTargets = false;
  /** The device in a command above, whose answer is a group alone. */
  #asked: string | null = null;
  /** The first line with a device that has no group. */
  #bare: Line | null = null;

  add(line: Line): void {
    const text = line.text.trim();
    if (text === "") return;
    const read = readGroupLine(line.text);
    const noise = noiseIn(text);
    // A device in a command is the subject of the line below.
    const asks = noise === "edge" && read?.is === "entry";
    if (read !== null && !asks) this.#take(line, read);
    else if (noise === null) throw expectedGroup(line);
    else if (noise !== "complaint") {
      this.#heading = null;
      this.#asked = read?.is === "entry" ? (read.devices[0] ?? null) : null;
    }
  }

  list(): GroupList {
    this.#headings.end();
    if (this.#bare !== null && !this.#hasTargets) throw expectedGroup(this.#bare);
    const unassigned = this.#hasFolders ? [] : this.#unassigned;
    if (unassigned.length === 0 && this.#groups.values().every((group) => group === null)) {
      throw new PciFormatError(
        `There is no IOMMU group in the text: expected a group and its device on each line. ${advice(FIND)} It prints nothing where the IOMMU is off; then leave the argument out.`,
      );
    }
    return { groups: this.#groups, unassigned };
  }

  #take(line: Line, read: GroupLine): void {
    switch (read.is) {
      case "entry":
        this.#headings.addDevice(line);
        this.#set(line, read.devices, read.group, read.log === true);
        this.#hasFolders ||= line.text.includes("/devices/") && line.text.includes("iommu_groups/");
        this.#hasTargets ||= read.group !== null && read.log !== true;
        return;
      case "heading":
        this.#headings.addHeading(line);
        this.#heading = { group: read.group, isInline: false };
        this.#hasFolders ||= line.text.includes("iommu_groups/");
        return;
      case "inline":
        this.#heading = { group: read.group, isInline: true };
        this.#set(line, read.devices, read.group, false);
        return;
      case "devices":
        this.#headings.addDevice(line);
        this.#addDevices(line, read.devices);
        return;
      case "group":
        if (this.#asked === null) this.#unassigned.push(read.group);
        else this.#set(line, [this.#asked], read.group, false);
        this.#asked = null;
        return;
      case "nothing":
        return;
    }
  }

  #addDevices(line: Line, devices: readonly string[]): void {
    const isBelow = this.#heading !== null && (!this.#heading.isInline || /^\s/.test(line.text));
    if (this.#heading !== null && isBelow) {
      this.#set(line, devices, this.#heading.group, false);
      return;
    }
    // With more after the address it is a line of lspci without a group.
    if (this.#heading !== null || /[0-9a-f]:.*\s\S/i.test(line.text.trim())) throw expectedGroup(line);
    this.#bare ??= line;
    this.#set(line, devices, null, false);
  }

  #set(line: Line, devices: readonly string[], group: number | null, isLog: boolean): void {
    for (const path of devices) {
      const before = this.#groups.get(path);
      if (before !== undefined && before !== group && !isLog) {
        throw unexpectedLine(
          line,
          `the group of ${path} that an earlier line gave, ${before ?? "none"}`,
          FIND,
        );
      }
      this.#groups.set(path, group);
    }
  }
}

function expectedGroup(line: Line): PciFormatError {
  return unexpectedLine(
    line,
    `a group and its device, such as "/sys/kernel/iommu_groups/50/devices/0000:03:00.0", as ${FIND} prints them`,
    FIND,
  );
}
