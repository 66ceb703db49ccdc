/**
 * What `lspci -nn`, `-nnk`, `-nnv` and `-nnvv` print: a line for each device, and indented lines with more about it.
 * With `-n` there are numbers and no names.
 * Source: pciutils `lspci.c`, show_terse, show_verbose and show_kernel.
 */
import { type Address, parseFunctionAddress } from "../address.ts";
import { type Line, unexpectedLine } from "./line.ts";
import { PrintedNames } from "./printed-name.ts";
import type { LspciReading, LspciRecord } from "./record.ts";

const FIRST_LINE = /^((?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\.[0-7]) (.+)$/i;
const PROGRAMMING_INTERFACE = " (prog-if ";
const EXAMPLE = '"03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [10de:13ba]"';

/** Names and numbers of something that has both. */
interface NamedNumbers {
  readonly printed: string;
  readonly vendor: string;
  readonly device: string;
}

interface Draft extends NamedNumbers {
  readonly line: number;
  readonly address: Address;
  readonly classCode: string;
  readonly programmingInterface: string | null;
  subsystem: NamedNumbers | null;
  iommuGroup: number | null;
  verbose: boolean;
  complete: boolean;
}

/**
 * Reads a listing.
 * @throws PciFormatError for a line that is none of a listing, or one that lacks the numbers.
 */
export function readListing(lines: readonly Line[]): LspciReading {
  const drafts: Draft[] = [];
  for (const line of lines) {
    const current = drafts.at(-1);
    if (line.text === "") {
      if (current !== undefined) current.complete = true;
    } else if (/^\s/.test(line.text)) {
      if (current === undefined) {
        throw unexpectedLine(
          line,
          `the first line of a device, such as ${EXAMPLE}, before any more about it`,
        );
      }
      addDetail(current, line);
    } else {
      if (current !== undefined) current.complete = true;
      drafts.push(readFirstLine(line));
    }
  }
  const names = namesIn(drafts);
  const verbose = drafts.some((draft) => draft.verbose || draft.programmingInterface !== null);
  return {
    records: drafts.map((draft) => recordOf(draft, names)),
    tellsProgrammingInterface: verbose,
    tellsSubsystem: verbose || drafts.some(({ subsystem }) => subsystem !== null),
  };
}

function readFirstLine(line: Line): Draft {
  const [, place, rest] = FIRST_LINE.exec(line.text) ?? [];
  if (place === undefined || rest === undefined) {
    throw unexpectedLine(
      line,
      `a device, such as ${EXAMPLE}, as lspci prints it with -nn, -nnk, -nnv, -nnvv or -vmmnnk`,
    );
  }
  const { text, programmingInterface } = withoutProgrammingInterface(rest);
  const numbers = readNumbers(text.replace(/ \(rev [0-9a-f]{2}\)$/i, ""));
  if (numbers === null) {
    throw unexpectedLine(
      line,
      `the numbers of class, vendor and device, as in ${EXAMPLE}; lspci prints them with -nn`,
    );
  }
  return {
    line: line.number,
    address: parseFunctionAddress(place),
    ...numbers,
    programmingInterface,
    subsystem: null,
    iommuGroup: null,
    verbose: false,
    complete: false,
  };
}

/** Takes `(prog-if 00 [VGA controller])` from the end. */
function withoutProgrammingInterface(text: string) {
  const at = text.lastIndexOf(PROGRAMMING_INTERFACE);
  const digits =
    at === -1 ? null : /^([0-9a-f]{2})(?: \[.*\])?\)$/i.exec(text.slice(at + PROGRAMMING_INTERFACE.length));
  return digits === null
    ? { text, programmingInterface: null }
    : { text: text.slice(0, at), programmingInterface: (digits[1] ?? "").toLowerCase() };
}

/** `CLASS [0300]: VENDOR DEVICE [10de:13ba]`, or `0300: 10de:13ba`. */
function readNumbers(text: string): (NamedNumbers & { readonly classCode: string }) | null {
  const bare = /^(?:Class )?([0-9a-f]{4}): ([0-9a-f]{4}:[0-9a-f]{4})$/i.exec(text);
  if (bare !== null) return { classCode: (bare[1] ?? "").toLowerCase(), ...pairOf("", bare[2] ?? "") };
  const named = /\[([0-9a-f]{4})\]: /i.exec(text);
  if (named === null) return null;
  const device = readPair(text.slice(named.index + named[0].length));
  return device === null ? null : { classCode: (named[1] ?? "").toLowerCase(), ...device };
}

/** `VENDOR DEVICE [10de:13ba]`, or `10de:13ba`. */
function readPair(text: string): NamedNumbers | null {
  const found = /^([0-9a-f]{4}:[0-9a-f]{4})$|\[([0-9a-f]{4}:[0-9a-f]{4})\]$/i.exec(text);
  if (found === null) return null;
  return pairOf(text.slice(0, found.index).trim(), found[1] ?? found[2] ?? "");
}

function pairOf(printed: string, numbers: string): NamedNumbers {
  const [vendor = "", device = ""] = numbers.toLowerCase().split(":");
  return { printed, vendor, device };
}

function addDetail(draft: Draft, line: Line): void {
  const detail = line.text.trim();
  if (detail.startsWith("DeviceName:")) {
    // Some versions print no line break behind the device's label.
    const subsystem = detail.indexOf("\tSubsystem: ");
    if (subsystem !== -1) addSubsystem(draft, line, detail.slice(subsystem + 1));
    return;
  }
  if (detail.startsWith("Subsystem: ")) {
    addSubsystem(draft, line, detail);
    return;
  }
  draft.complete = true;
  if (detail.startsWith("Flags: ")) {
    draft.verbose = true;
    // Capabilities have flags of their own, further down, which say nothing of the group.
    draft.iommuGroup ??= groupIn(/\bIOMMU group (\d{1,9})$/.exec(detail));
  } else if (detail.startsWith("Control: ")) {
    draft.verbose = true;
  } else if (detail.startsWith("IOMMU group: ")) {
    draft.iommuGroup ??= groupIn(/^IOMMU group: (\d{1,9})$/.exec(detail));
  } else if (draft.subsystem === null && /^Capabilities: \[[0-9a-f]+\] Subsystem: /.test(detail)) {
    // A bridge has its subsystem in a capability, and older versions print it there alone.
    addSubsystem(draft, line, detail.slice(detail.indexOf("Subsystem: ")));
  }
}

function addSubsystem(draft: Draft, line: Line, detail: string): void {
  draft.subsystem = readPair(detail.slice("Subsystem: ".length));
  if (draft.subsystem === null) {
    throw unexpectedLine(
      line,
      'a subsystem with its numbers, such as "Subsystem: NVIDIA Corporation Device [10de:1097]"; lspci prints them with -nn',
    );
  }
}

function groupIn(match: RegExpExecArray | null): number | null {
  return match === null ? null : Number(match[1]);
}

function namesIn(drafts: readonly Draft[]): PrintedNames {
  const names = new PrintedNames();
  for (const draft of drafts) {
    names.add(draft.vendor, draft.printed);
    if (draft.subsystem !== null) names.add(draft.subsystem.vendor, draft.subsystem.printed);
  }
  return names;
}

function recordOf({ printed, subsystem, verbose: _, ...draft }: Draft, names: PrintedNames): LspciRecord {
  return {
    ...draft,
    name: names.nameOf(draft.vendor, draft.device, printed),
    subsystem:
      subsystem === null
        ? null
        : {
            vendor: subsystem.vendor,
            device: subsystem.device,
            name: names.nameOf(subsystem.vendor, subsystem.device, subsystem.printed),
          },
  };
}
