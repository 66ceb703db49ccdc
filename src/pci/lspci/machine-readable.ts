/**
 * What `lspci -vmmnn` and `-vmmnnk` print: for each device a line `Slot:`, then a line for each of its properties.
 * With `-n` in place of `-nn` there are numbers and no names.
 * Source: pciutils `lspci.c`, show_machine; `lib/names.c`, format_name.
 */
import { type Address, isFunctionAddress, parseAddress } from "../address.ts";
import { PciFormatError } from "../format-error.ts";
import { formatName } from "../name.ts";
import { type Line, unexpectedLine } from "./line.ts";
import type { LspciReading, LspciRecord, LspciSubsystem } from "./record.ts";

const PROPERTY = /^([A-Za-z]+):\s*(.*)$/;
/** What stands where pci.ids has no name. */
const UNKNOWN = new Set(["Vendor", "Unknown vendor", "Device"]);
const UP_TO_SUBSYSTEM = new Set(["Slot", "Class", "Vendor", "Device", "SVendor", "SDevice"]);

interface Draft {
  readonly slot: Line;
  readonly address: Address;
  /** Lines of the properties, by key; of several with one key the first. */
  readonly properties: Map<string, Line & { readonly value: string }>;
  complete: boolean;
}

/** Whether a text that begins with the line is of this form. */
export function isMachineReadable({ text }: Line): boolean {
  return /^Slot:\s/.test(text);
}

/**
 * Reads the records.
 * @throws PciFormatError for a line without a key, or a record that lacks class, vendor or device.
 */
export function readMachineReadable(lines: readonly Line[]): LspciReading {
  const drafts: Draft[] = [];
  for (const line of lines) {
    const current = drafts.at(-1);
    if (line.text === "") {
      if (current !== undefined) current.complete = true;
      continue;
    }
    const [, key, value] = PROPERTY.exec(line.text) ?? [];
    if (key === undefined || value === undefined) {
      throw unexpectedLine(line, 'a key and a value, such as "Vendor:\tNVIDIA Corporation [10de]"');
    }
    if (key === "Slot") {
      if (current !== undefined) current.complete = true;
      drafts.push({ slot: line, address: addressIn(line, value), properties: new Map(), complete: false });
    } else if (current !== undefined) {
      if (!current.properties.has(key)) current.properties.set(key, { ...line, value });
      if (!UP_TO_SUBSYSTEM.has(key)) current.complete = true;
    }
  }
  return {
    records: drafts.map(recordOf),
    tellsProgrammingInterface: true,
    tellsSubsystem: true,
  };
}

function addressIn(line: Line, value: string): Address {
  try {
    const address = parseAddress(value);
    if (isFunctionAddress(address)) return address;
  } catch (error) {
    if (!(error instanceof PciFormatError)) throw error;
  }
  throw unexpectedLine(line, 'the address of a device, such as "Slot:\t03:00.0"');
}

function recordOf(draft: Draft): LspciRecord {
  const vendor = required(draft, "Vendor", "NVIDIA Corporation [10de]");
  const device = required(draft, "Device", "GM107GL [Quadro K2200] [13ba]");
  const group = draft.properties.get("IOMMUGroup")?.value;
  return {
    line: draft.slot.number,
    address: draft.address,
    vendor: vendor.number,
    device: device.number,
    name: formatName(vendor.name, device.name, device.number),
    classCode: required(draft, "Class", "VGA compatible controller [0300]").number,
    programmingInterface:
      /^[0-9a-f]{2}$/i.exec(draft.properties.get("ProgIf")?.value ?? "")?.[0].toLowerCase() ?? null,
    subsystem: subsystemOf(draft),
    iommuGroup: group !== undefined && /^\d{1,9}$/.test(group) ? Number(group) : null,
    complete: draft.complete,
  };
}

function subsystemOf(draft: Draft): LspciSubsystem | null {
  if (!draft.properties.has("SVendor")) return null;
  const vendor = required(draft, "SVendor", "NVIDIA Corporation [10de]");
  const device = required(draft, "SDevice", "Device [1097]");
  return {
    vendor: vendor.number,
    device: device.number,
    name: formatName(vendor.name, device.name, device.number),
  };
}

/** A name and its number, `NVIDIA Corporation [10de]`, or the number alone. */
function required({ slot, properties }: Draft, key: string, example: string) {
  const line = properties.get(key);
  if (line === undefined) throw unexpectedLine(slot, `"${key}:\t${example}" among the lines that follow it`);
  const found = /^([0-9a-f]{4})$|\[([0-9a-f]{4})\]$/i.exec(line.value);
  if (found === null)
    throw unexpectedLine(line, `a number behind the name, as in "${example}"; lspci prints it with -nn`);
  const name = line.value.slice(0, found.index).trim();
  return {
    number: (found[1] ?? found[2] ?? "").toLowerCase(),
    name: name === "" || UNKNOWN.has(name) ? undefined : name,
  };
}
