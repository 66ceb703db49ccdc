/**
 * What `lspci -vmmnn` and `-vmmnnk` print: for each device a line `Slot:`, then a line for each property. With `-n`
 * instead of `-nn` there are numbers and no names; `-vm` prints the address after a first `Device:`. Source: pciutils
 * `lspci.c`, show_machine; `lib/names.c`, format_name.
 */
import { type Address, isFunctionAddress, parseAddress } from "../address.ts";
import { PciFormatError } from "../format-error.ts";
import { formatName } from "../name.ts";
import { readGroupHeading } from "./group-heading.ts";
import { type Line, unexpectedLine } from "./line.ts";
import { type Introduction, introducedBy, NO_INTRODUCTION, noiseIn } from "./noise.ts";
import { LineOrder } from "./order.ts";
import { type LspciRecord, type LspciSubsystem, NO_ANSWER, readNumberedName, subsystemOf } from "./record.ts";

const PROPERTY = /^([A-Za-z]+):\s*(.*)$/;
const FIRST = /^(?:Slot:\s|Device:\s+(?:[0-9a-f]{4,8}:)?[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$)/i;
const UP_TO_SUBSYSTEM = new Set(["Slot", "Class", "Vendor", "Device", "SVendor", "SDevice"]);
/** A second property on one line, where a line break was lost. */
const ANOTHER =
  /(?:Slot|Class|S?Vendor|S?Device|PhySlot|Rev|ProgIf|Driver|Module|NUMANode|DTNode|IOMMUGroup):\t/;
/** Properties that have to be numbers, if they are there. */
const FORMS = new Map([
  ["Rev", /^[0-9a-f]{2}$/i],
  ["ProgIf", /^[0-9a-f]{2}$/i],
  ["NUMANode", /^-?\d+$/],
  ["IOMMUGroup", /^\d{1,9}$/],
]);
const COMMAND = "lspci -vmmnnk";
const RULE = /^[-=*_]{3,}$/;

interface Draft {
  readonly slot: Line;
  readonly address: Address;
  readonly listedGroup: number | null;
  readonly order: LineOrder;
  /** Lines of the properties, by key; for a repeated key the first. */
  readonly properties: Map<string, Line & { readonly value: string }>;
  /** The output that contains it. */
  readonly output: Output;
  /** A line has come that lspci prints after the subsystem, so nothing before it was cut off. */
  complete: boolean;
}

interface Output extends Introduction {
  /** It has blank lines, which lspci prints behind every device, and grep removes. */
  hasBlank: boolean;
}

/** Whether a text that begins with this line has this form. */
export function isMachineReadable({ text }: Line): boolean {
  return FIRST.test(text.trim());
}

/**
 * Reads the records.
 * @throws PciFormatError for a line without a key, or a record without class, vendor or device.
 */
export function readMachineReadable(lines: readonly Line[]): readonly LspciRecord[] {
  const drafts: Draft[] = [];
  let current: Draft | null = null;
  let listedGroup: number | null = null;
  let output: Output = { ...NO_INTRODUCTION, hasBlank: false };
  for (const line of lines) {
    const text = line.text.trim();
    const heading = text.startsWith("IOMMUGroup:") ? null : readGroupHeading(text);
    const noise = noiseIn(text);
    if (text === "") {
      if (current !== null) {
        current.complete = true;
        output.hasBlank = true;
      }
    } else if (heading !== null && heading.rest === "") {
      listedGroup = heading.group;
      current = null;
    } else if (FIRST.test(text)) {
      if (current !== null) current.complete = true;
      const address = addressIn(line, PROPERTY.exec(text)?.[2] ?? "");
      const order = new LineOrder("keys", COMMAND);
      current = { slot: line, address, listedGroup, order, properties: new Map(), output, complete: false };
      drafts.push(current);
    } else if (noise === null && !RULE.test(text)) addProperty(current, line, text);
    else if (noise === "edge" || noise === "cut") {
      listedGroup = null;
      current = null;
      if (noise === "edge") {
        const hasBegun = drafts.at(-1)?.output === output;
        output = { ...introducedBy(text, hasBegun ? NO_INTRODUCTION : output), hasBlank: false };
      }
    }
  }
  return drafts.map(recordOf);
}

function addProperty(draft: Draft | null, line: Line, text: string): void {
  const [, key, value] = PROPERTY.exec(text) ?? [];
  if (
    key === undefined ||
    value === undefined ||
    ANOTHER.test(value) ||
    FORMS.get(key)?.test(value) === false
  ) {
    throw unexpectedLine(line, 'a key and a value, such as "Vendor:\tNVIDIA Corporation [10de]"', COMMAND);
  }
  if (draft === null) {
    throw unexpectedLine(
      line,
      'the address of a device before its properties, such as "Slot:\t03:00.0"',
      COMMAND,
    );
  }
  draft.order.add(line, text);
  if (!draft.properties.has(key)) draft.properties.set(key, { ...line, value });
  if (!UP_TO_SUBSYSTEM.has(key)) draft.complete = true;
}

function addressIn(line: Line, value: string): Address {
  try {
    const address = parseAddress(value);
    if (isFunctionAddress(address)) return address;
  } catch (error) {
    if (!(error instanceof PciFormatError)) throw error;
  }
  throw unexpectedLine(line, 'the address of a device, such as "Slot:\t03:00.0"', COMMAND);
}

function recordOf(draft: Draft): LspciRecord {
  const vendor = required(draft, "Vendor", "NVIDIA Corporation [10de]");
  const device = required(draft, "Device", "GM107GL [Quadro K2200] [13ba]");
  const silent = ["Rev", "ProgIf"].some((key) => byteOf(draft, key) === NO_ANSWER);
  const whole = isWhole(draft);
  const unsaid = whole ? "00" : "";
  const programmingInterface = silent ? "" : (byteOf(draft, "ProgIf") ?? unsaid);
  return {
    line: draft.slot.number,
    host: draft.output.host,
    address: draft.address,
    vendor: vendor.number,
    device: device.number,
    name: formatName(vendor.name, device.name, device.number),
    class: `${required(draft, "Class", "VGA compatible controller [0300]").number}${programmingInterface}`,
    subsystem: subsystemIn(draft) ?? (whole && !silent ? "none" : null),
    iommuGroup: groupOf(draft),
  };
}

/** Whether a line that is missing was not printed, and not removed. */
function isWhole({ complete, output, properties }: Draft): boolean {
  if (output.kept !== null) return complete && output.kept === "all";
  return output.hasBlank && ["Rev", "ProgIf"].some((key) => properties.has(key));
}

function byteOf({ properties }: Draft, key: string): string | undefined {
  return /^[0-9a-f]{2}$/i.exec(properties.get(key)?.value ?? "")?.[0].toLowerCase();
}

function groupOf({ properties, listedGroup }: Draft): number | null {
  const line = properties.get("IOMMUGroup");
  const own = line !== undefined && /^\d{1,9}$/.test(line.value) ? Number(line.value) : null;
  if (line !== undefined && own !== null && listedGroup !== null && own !== listedGroup) {
    throw unexpectedLine(line, `IOMMU group ${listedGroup}, in which the text has the device`, COMMAND);
  }
  return listedGroup ?? own;
}

function subsystemIn(draft: Draft): LspciSubsystem | null {
  if (!["SVendor", "SDevice"].some((key) => draft.properties.has(key))) return null;
  return subsystemOf(
    required(draft, "SVendor", "NVIDIA Corporation [10de]"),
    required(draft, "SDevice", "Device [1097]"),
  );
}

/** A name and its number, `NVIDIA Corporation [10de]`, or only the number. */
function required({ slot, properties }: Draft, key: string, example: string) {
  const line = properties.get(key);
  if (line === undefined) {
    throw unexpectedLine(slot, `"${key}:\t${example}" among the lines that follow it`, COMMAND);
  }
  const found = readNumberedName(line.value);
  if (found === null) {
    throw unexpectedLine(
      line,
      `a number behind the name, as in "${example}"; lspci prints it with -nn`,
      COMMAND,
    );
  }
  return found;
}
