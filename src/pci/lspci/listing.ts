/**
 * What `lspci -nn`, `-nnk`, `-nnv`, `-nnvv` and `-mm -nn` print: a line for each device, and details below it; possibly
 * under headings of IOMMU groups. With `-n` there are numbers and no names. Source: pciutils `lspci.c`, show_terse,
 * show_verbose and show_kernel.
 */
import { addDetail } from "./detail.ts";
import { type Draft, type Output, recordOf } from "./draft.ts";
import { EXAMPLE, fromAddress, holdsDevice, readFirstLine, splitDevices } from "./first-line.ts";
import { isGroupDetail, readGroupHeading } from "./group-heading.ts";
import { type Line, LSPCI, unexpectedLine } from "./line.ts";
import { type Introduction, introducedBy, NO_INTRODUCTION, noiseIn } from "./noise.ts";
import { LineOrder } from "./order.ts";
import { OwnHeadings } from "./own-heading.ts";
import { PrintedNames } from "./printed-name.ts";
import type { LspciRecord } from "./record.ts";

/** Into so many lines, besides the first, a device's is broken. */
const MAX_PIECES = 3;

/**
 * Reads a listing.
 * @throws PciFormatError for a line that belongs to no listing, or lacks the numbers.
 */
export function readListing(lines: readonly Line[]): readonly LspciRecord[] {
  const listing = new Listing(lines);
  for (const line of lines) listing.add(line);
  return listing.records();
}

class Listing {
  readonly #lines: readonly Line[];
  readonly #drafts: Draft[] = [];
  /** The device to which a line without address belongs. */
  #current: Draft | null = null;
  #output: Output = outputWith(NO_INTRODUCTION);
  /** The IOMMU group of the next devices. */
  #group: { readonly number: number; readonly isHeading: boolean } | null = null;
  readonly #headings = new OwnHeadings();
  /** The first line that names a group as scripts do; from then on every device needs one. */
  #firstGroup: Line | null = null;
  /** Whether a line `IOMMU group: 15` comes after its device, as in lspci; null until there is one. */
  #groupsFollow: boolean | null = null;

  constructor(lines: readonly Line[]) {
    this.#lines = lines;
  }

  add(line: Line): void {
    const text = line.text.trim();
    if (text === "") {
      if (this.#current !== null) this.#current.end ??= "blank";
      return;
    }
    if (this.#isDetail(text)) {
      this.#addDetail(line);
      return;
    }
    const heading = readGroupHeading(line.text);
    if (heading !== null) this.#addGroup(line, heading.group, heading.rest);
    else this.#addOther(line, text);
  }

  records(): readonly LspciRecord[] {
    this.#headings.end();
    const names = new PrintedNames();
    for (const { first, subsystem } of this.#drafts) {
      if (typeof first.printed === "string") names.add(first.vendor, first.printed);
      if (subsystem !== null) names.add(subsystem.vendor, subsystem.printed);
    }
    return this.#drafts.map((draft) => recordOf(draft, names));
  }

  #isDetail(text: string): boolean {
    if (!isGroupDetail(text)) return false;
    this.#groupsFollow ??= this.#drafts.length > 0;
    return this.#groupsFollow;
  }

  #addGroup(line: Line, number: number, rest: string): void {
    this.#firstGroup ??= line;
    this.#group = { number, isHeading: rest === "" };
    if (rest === "") {
      this.#headings.addHeading(line);
      this.#current = null;
      return;
    }
    const device = fromAddress(rest);
    if (device === null) throw expectedDevice(line);
    this.#addDevices(line, device);
  }

  #addOther(line: Line, text: string): void {
    const device = fromAddress(line.text);
    if (device !== null) {
      this.#addDevices(line, device);
      return;
    }
    const noise = holdsDevice(text) ? null : noiseIn(text);
    if (noise === "complaint") return;
    if (noise === null) {
      this.#addDetail(line);
      return;
    }
    // What follows does not belong to what came before.
    this.#headings.end();
    this.#current = null;
    this.#group = null;
    if (noise === "edge") {
      const hasBegun = this.#drafts.at(-1)?.output === this.#output;
      this.#output = outputWith(introducedBy(text, hasBegun ? NO_INTRODUCTION : this.#output));
    } else {
      // grep puts the dashes only between pieces that are whole in themselves.
      this.#output.kept ??= "all";
    }
  }

  #addDetail(line: Line): void {
    if (this.#current !== null) addDetail(this.#current, line);
    else if (/^\s/.test(line.text) && fromAddress(line.text) === null && !holdsDevice(line.text)) {
      throw unexpectedLine(
        line,
        `the first line of a device, such as ${EXAMPLE}, before any more about it`,
        LSPCI,
      );
    } else throw expectedDevice(line);
  }

  #addDevices(line: Line, text: string): void {
    this.#headings.addDevice(line);
    const listedGroup = this.#groupOf(line);
    for (const part of splitDevices(text)) {
      const first = readFirstLine(part);
      if (first === null) throw this.#expectedNumbers(line, part);
      if (this.#current !== null) this.#current.end ??= "device";
      if (first.programmingInterface !== null && typeof first.printed === "string") {
        this.#output.isVerbose = true;
      }
      this.#current = {
        line: line.number,
        first,
        output: this.#output,
        listedGroup,
        ownGroup: null,
        subsystem: null,
        order: new LineOrder("details", LSPCI),
        silent: first.silent,
        isPastSubsystem: false,
        kinds: new Set(),
        isMixed: false,
        end: null,
      };
      this.#drafts.push(this.#current);
    }
  }

  #expectedNumbers(line: Line, part: string) {
    const below = this.#lines.slice(this.#lines.indexOf(line) + 1).slice(0, MAX_PIECES);
    const rest = restOf(part, below);
    return rest === null
      ? expectedNumbers(line)
      : unexpectedLine(line, `the whole device on one line, and its end is in line ${rest.number}`, LSPCI);
  }

  /** The group of a device on the line, if the text names groups. */
  #groupOf(line: Line): number | null {
    if (this.#firstGroup === null) return null;
    // After a device on the line of its group, only an indented device is in the same group.
    const isBelow = this.#group?.isHeading || /^\s/.test(line.text) || readGroupHeading(line.text) !== null;
    if (this.#group !== null && isBelow) return this.#group.number;
    throw unexpectedLine(
      line,
      `its IOMMU group before it, as line ${this.#firstGroup.number} has one`,
      `the command that lists the groups, or ${LSPCI},`,
    );
  }
}

function outputWith(introduction: Introduction): Output {
  return { isVerbose: false, makers: new Set(), ...introduction };
}

/** The line with the end of a device, where a mail or a terminal has broken its line; null when there is none. */
function restOf(part: string, below: readonly Line[]): Line | null {
  let [spaced, joined] = [part, part];
  for (const line of below) {
    const text = line.text.trim();
    if (text === "" || fromAddress(text) !== null) return null;
    spaced += ` ${text}`;
    joined += text;
    if (readFirstLine(spaced) !== null || readFirstLine(joined) !== null) return line;
  }
  return null;
}

function expectedDevice(line: Line) {
  return unexpectedLine(
    line,
    `a device, such as ${EXAMPLE}, as lspci prints it with -nn, -nnk, -nnv, -nnvv, -vmmnnk or -mm -nn, by itself or in a list of IOMMU groups`,
    LSPCI,
  );
}

function expectedNumbers(line: Line) {
  return unexpectedLine(
    line,
    `the numbers of class, vendor and device, as in ${EXAMPLE}, and no more behind them; lspci prints them with -nn`,
    LSPCI,
  );
}
