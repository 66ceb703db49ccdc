/**
 * The line that lspci prints for a device: `03:00.0 VGA compatible controller [0300]: VENDOR DEVICE [10de:13ba] (rev a2)`.
 * With `-n` it has only numbers; with `-mm` it is `03:00.0 "VGA compatible controller [0300]" "VENDOR [10de]" …`. Source:
 * pciutils `lspci.c`, show_terse and show_machine.
 */
import { type Address, parseFunctionAddress } from "../address.ts";
import { formatName } from "../name.ts";
import {
  type LspciSubsystem,
  NO_ANSWER,
  type NumberedName,
  readNumberedName,
  subsystemOf,
} from "./record.ts";

export const ADDRESS = "(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[01][0-9a-f]\\.[0-7]";
export const EXAMPLE = '"03:00.0 VGA compatible controller [0300]: NVIDIA Corporation GM107GL [10de:13ba]"';

/** Names and numbers of two things that are printed together. */
export interface PrintedPair {
  readonly printed: string;
  readonly vendor: string;
  readonly device: string;
}

/** What the line says of the device. */
export interface FirstLine {
  readonly address: Address;
  readonly vendor: string;
  readonly device: string;
  /** Vendor and device in one text; with `-mm` the name that they make. */
  readonly printed: string | { readonly name: string | null };
  /** The first four digits of the class code. */
  readonly classCode: string;
  /** The other two; null when they are missing. */
  readonly programmingInterface: string | null;
  /** Whether the device's configuration space reads as all ones. */
  readonly silent: boolean;
  /** Only with `-mm`: the subsystem, or that there is none. */
  readonly subsystem: LspciSubsystem | "none" | null;
}

/** What may stand before the address: indentation, the branches of a tree, the dots of a list, a mark for resets. */
const LEAD = /^[\s#*|•·+│├└─╰┃-]*(?:\[R(?:ESET)?\]\s*)?/u;
const DEVICE = new RegExp(`^(${ADDRESS})[ \\t]+(.+)$`, "i");
/** Another device later in the line: its address, then a class with its number. */
const ANOTHER = new RegExp(
  `(?:${ADDRESS}) (?:[^\\[\\]]{1,100}\\[[0-9a-f]{4}\\]:? |(?:Class )?[0-9a-f]{4}: [0-9a-f]{4}:[0-9a-f]{4}|"[^"]{1,100}" ")`,
  "gi",
);
const PLACE = new RegExp(ADDRESS, "i");
const PROGRAMMING_INTERFACE = " (prog-if ";
/** What a viewer of IOMMU groups prints after the device. */
const DRIVER = " Driver:";

/** The line from its address on; null when there is none at its start. */
export function fromAddress(text: string): string | null {
  const line = text.replace(LEAD, "");
  return DEVICE.test(line) ? line : null;
}

/**
 * Reads a line that begins with an address.
 * @returns null when the numbers of class, vendor and device are missing, or are followed by something.
 */
export function readFirstLine(line: string): FirstLine | null {
  const [, place, rest] = DEVICE.exec(line) ?? [];
  if (place === undefined || rest === undefined) return null;
  const device = rest.startsWith('"') ? readQuoted(rest) : readPlain(withoutRemarks(rest));
  return device === null ? null : { address: parseFunctionAddress(place), ...device };
}

/** Splits the line before every device but the first, for texts that have lost line breaks. */
export function splitDevices(line: string): readonly string[] {
  const starts = [...line.matchAll(ANOTHER)].map(({ index }) => index).filter((index) => index > 0);
  return [0, ...starts].map((start, index) => line.slice(start, starts[index]).trimEnd());
}

/** Whether the line contains a device with its address and class. */
export function holdsDevice(text: string): boolean {
  return text.search(ANOTHER) !== -1;
}

/** Reads `VENDOR DEVICE [10de:13ba]`, or `10de:13ba`. */
export function readPair(text: string): PrintedPair | null {
  const found = /^([0-9a-f]{4}:[0-9a-f]{4})$|\[([0-9a-f]{4}:[0-9a-f]{4})\]$/i.exec(text);
  if (found === null) return null;
  return pairOf(text.slice(0, found.index).trim(), found[1] ?? found[2] ?? "");
}

function pairOf(printed: string, numbers: string): PrintedPair {
  const [vendor = "", device = ""] = numbers.toLowerCase().split(":");
  return { printed, vendor, device };
}

function withoutRemarks(text: string): string {
  const driver = text.lastIndexOf(DRIVER);
  const isLast = driver !== -1 && /^ ?[\w-]{0,60}$/.test(text.slice(driver + DRIVER.length));
  return (isLast ? text.slice(0, driver) : text).replace(/\[R(?:ESET)?\]$/i, "").trimEnd();
}

function readPlain(text: string): Omit<FirstLine, "address"> | null {
  const { rest, programmingInterface } = withoutProgrammingInterface(text);
  const revision = /^ \(rev ([0-9a-f]{2})\)$/i.exec(rest.slice(-" (rev ff)".length))?.[1]?.toLowerCase();
  const numbers = readNumbers(revision === undefined ? rest : rest.slice(0, -" (rev ff)".length));
  if (numbers === null) return null;
  return {
    ...numbers,
    programmingInterface: programmingInterface === NO_ANSWER ? null : programmingInterface,
    silent: revision === NO_ANSWER || programmingInterface === NO_ANSWER,
    subsystem: null,
  };
}

/** Removes `(prog-if 00 [VGA controller])` from the end. */
function withoutProgrammingInterface(text: string) {
  const at = text.lastIndexOf(PROGRAMMING_INTERFACE);
  const digits =
    at === -1 ? null : /^([0-9a-f]{2})(?: \[.*\])?\)$/i.exec(text.slice(at + PROGRAMMING_INTERFACE.length));
  return digits === null
    ? { rest: text, programmingInterface: null }
    : { rest: text.slice(0, at), programmingInterface: (digits[1] ?? "").toLowerCase() };
}

/** `CLASS [0300]: VENDOR DEVICE [10de:13ba]`, or `0300: 10de:13ba`. */
function readNumbers(text: string): (PrintedPair & { readonly classCode: string }) | null {
  const bare = /^(?:Class )?([0-9a-f]{4}): ([0-9a-f]{4}:[0-9a-f]{4})$/i.exec(text);
  if (bare !== null) return { classCode: (bare[1] ?? "").toLowerCase(), ...pairOf("", bare[2] ?? "") };
  // The viewer ls-iommu prints no colon.
  const named = /\[([0-9a-f]{4})\]:? /i.exec(text);
  // An address in the name of the class belongs to another device, whose line began there.
  if (named === null || PLACE.test(text.slice(0, named.index))) return null;
  const rest = text.slice(named.index + named[0].length);
  // If a line break was lost, the ids at the end belong to something else.
  const device = /\t|Subsystem: /.test(rest) ? null : readPair(rest);
  return device === null ? null : { classCode: (named[1] ?? "").toLowerCase(), ...device };
}

/** `"CLASS [0300]" "VENDOR [10de]" "DEVICE [13ba]" -ra2 -p00 "SVENDOR [10de]" "SDEVICE [1097]"`; `""` for no subsystem. */
function readQuoted(text: string): Omit<FirstLine, "address"> | null {
  const fields: string[] = [];
  let revision: string | null = null;
  let programmingInterface: string | null = null;
  const token = /\s*(?:"((?:[^"\\]|\\.)*)"|-([rp])([0-9a-f]{2})(?=\s|$))/giy;
  let end = 0;
  for (let match = token.exec(text); match !== null; match = token.exec(text)) {
    end = token.lastIndex;
    if (match[1] !== undefined) fields.push(match[1].replace(/\\(.)/g, "$1"));
    else if (match[2] === "r") revision = (match[3] ?? "").toLowerCase();
    else programmingInterface = (match[3] ?? "").toLowerCase();
  }
  if (end < text.length || fields.length !== 5) return null;
  const [classCode, vendor, device] = fields.slice(0, 3).map(readNumberedName);
  const [subsystemVendor = "", subsystemDevice = ""] = fields.slice(3);
  const silent = revision === NO_ANSWER || programmingInterface === NO_ANSWER;
  const subsystem = readQuotedSubsystem(subsystemVendor, subsystemDevice, silent);
  if (!classCode || !vendor || !device || subsystem === undefined) return null;
  return {
    vendor: vendor.number,
    device: device.number,
    printed: { name: formatName(vendor.name, device.name, device.number) },
    classCode: classCode.number,
    // Older versions print nothing for 00.
    programmingInterface: silent ? null : (programmingInterface ?? "00"),
    silent,
    subsystem,
  };
}

/** undefined when there is something else than a subsystem. */
function readQuotedSubsystem(
  vendor: string,
  device: string,
  silent: boolean,
): LspciSubsystem | "none" | null | undefined {
  if (vendor === "" && device === "") return silent ? null : "none";
  const pair: readonly (NumberedName | null)[] = [readNumberedName(vendor), readNumberedName(device)];
  return pair[0] && pair[1] ? subsystemOf(pair[0], pair[1]) : undefined;
}
