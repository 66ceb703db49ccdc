/**
 * The lines that lspci prints below a device's first line. Only three kinds matter: those with the subsystem, with the
 * IOMMU group, and those that say that the device does not answer. Source: pciutils `lspci.c`, show_verbose;
 * `ls-kernel.c`; `ls-caps.c`.
 */
import type { Draft, VerboseKind } from "./draft.ts";
import { holdsDevice, readPair } from "./first-line.ts";
import { type Line, LSPCI, unexpectedLine } from "./line.ts";

/** Words at the beginning of such lines, for a text that has lost its indentation. */
const LABEL =
  /^(?:Subsystem|DeviceName|Physical Slot|Device tree node|Flags|Control|Status|Latency|Interrupt|NUMA node|IOMMU group|Region \d|Memory at|I\/O ports at|Expansion ROM at|Bus|(?:I\/O|Memory|Prefetchable memory) behind bridge|Secondary status|BridgeCtl|Capabilities|Kernel driver in use|Driver in use|Kernel modules|BIST|!!! |<access denied|\[virtual\]|Memory window|I\/O window)/;
/** What some versions print behind the device's label, without a line break between them. */
const BEHIND_LABEL =
  /\s((?:Subsystem|Physical Slot|Control|Flags|NUMA node|IOMMU group|Kernel driver in use): .*)$/;
/** The end of a device's flags, without those of its capabilities. */
const FLAGS_END = /(?:devsel|latency \d+|IRQ [\da-f-]+|NUMA node \d+|IOMMU group \d+)(?:\t.*)?$/;
const GROUP = /\bIOMMU group:? (\d{1,9})(?![\w.])/i;
/** A heading, or the rest of a line, whose number is none. `Function Group: 0` is a register of a capability. */
const MORE_GROUP = /(?:(?<!\bFunction )\b|_)group[ \t]*[:#=]?[ \t]*[[(]?\d|[├└]─{1,8} ?\d+$/iu;
const NAMES_GROUP = /\bIOMMU group\b/i;
const KINDS: readonly (readonly [VerboseKind, RegExp])[] = [
  ["flags", /^(?:Flags: (?!PME)|Control: I\/O)/],
  // Also behind another line, where a line break was lost.
  ["resource", /\b(?:Memory at|I\/O ports at|Bus: primary=)/],
  ["capability", /\bCapabilities: /],
];
const HEXDUMP = /^[0-9a-f]{2,3}:(?: [0-9a-f]{2}){1,16}$/i;
const CLASS_OR_IDS = /\[[0-9a-f]{4}(?:\]: |:[0-9a-f]{4}\])/i;
const ADDRESS_LIKE = /\b[0-9a-f]{1,2}:[0-9a-f]{2}\.[0-9a-f]\b/i;
const BEGINS_AS_ADDRESS = /^\W{0,20}(?:[0-9a-f]{1,8}:){0,2}[0-9a-f]{0,2}\.[0-9a-f]\b/i;

/**
 * Reads one such line.
 * @throws PciFormatError when it is no such line, or may hide a device.
 */
export function addDetail(draft: Draft, line: Line): void {
  const detail = line.text.trim();
  if (holdsDevice(detail)) {
    throw unexpectedLine(line, "every device on a line of its own", LSPCI);
  }
  draft.order.add(line, detail);
  if (detail.startsWith("DeviceName:")) {
    const behind = BEHIND_LABEL.exec(detail)?.[1];
    if (behind !== undefined) addDetail(draft, { ...line, text: behind });
  } else if (detail.startsWith("Subsystem:")) addSubsystem(draft, line, detail);
  else addBehindSubsystem(draft, line, detail);
}

function addBehindSubsystem(draft: Draft, line: Line, detail: string): void {
  draft.isPastSubsystem = true;
  for (const [kind, form] of KINDS) if (form.test(detail)) draft.kinds.add(kind);
  addGroup(draft, line, detail);
  if (detail.startsWith("Flags: ")) {
    draft.output.isVerbose = true;
    // The group comes last.
    if (!detail.startsWith("Flags: PME") && !(detail.includes(" devsel") && FLAGS_END.test(detail))) {
      throw unexpectedLine(line, "the whole of the flags on one line", LSPCI);
    }
  } else if (detail.startsWith("Control: ")) {
    draft.output.isVerbose = true;
  } else if (detail.startsWith("!!! Unknown header type")) {
    draft.output.isVerbose = true;
    draft.silent = true;
  } else if (draft.subsystem === null && /^Capabilities: \[[0-9a-f]+\] Subsystem: /.test(detail)) {
    // A bridge has its subsystem in a capability, and older versions print it only there. Others have none there, so the
    // line may be a bridge's whose first line is missing.
    if (draft.first.classCode.startsWith("06")) {
      addSubsystem(draft, line, detail.slice(detail.indexOf("Subsystem: ")));
    } else draft.isMixed = true;
  } else refuseOther(draft, line, detail);
}

/** Refuses other lines: those that may hide a device, and, without indentation, those that lspci does not print. */
function refuseOther(draft: Draft, line: Line, detail: string): void {
  if (HEXDUMP.test(detail)) return;
  const isLabelled = LABEL.test(detail);
  const isIndented = /^\s/.test(line.text);
  const isPlausible = isLabelled || isIndented || (draft.output.isVerbose && !ADDRESS_LIKE.test(detail));
  // A device, or the rest of a line that was wrapped before the group.
  const isMore = MORE_GROUP.test(detail) || BEGINS_AS_ADDRESS.test(detail) || CLASS_OR_IDS.test(detail);
  if (isPlausible && (isLabelled || !isMore)) return;
  throw unexpectedLine(line, "a device with its address, or a line that lspci prints below one", LSPCI);
}

function addSubsystem(draft: Draft, line: Line, detail: string): void {
  const subsystem = readPair(detail.slice("Subsystem:".length).trim());
  if (subsystem === null) {
    throw unexpectedLine(
      line,
      'a subsystem with its numbers, such as "Subsystem: NVIDIA Corporation Device [10de:1097]"; lspci prints them with -nn',
      LSPCI,
    );
  }
  draft.subsystem = subsystem;
  draft.output.makers.add(subsystem.printed.split(" ", 1)[0] || subsystem.vendor);
}

function addGroup(draft: Draft, line: Line, detail: string): void {
  if (!NAMES_GROUP.test(detail)) return;
  const number = GROUP.exec(detail)?.[1];
  if (number === undefined) {
    throw unexpectedLine(line, 'an IOMMU group with its number, such as "IOMMU group: 15"', LSPCI);
  }
  draft.ownGroup = Number(number);
  if (draft.listedGroup !== null && draft.listedGroup !== draft.ownGroup) {
    throw unexpectedLine(line, `IOMMU group ${draft.listedGroup}, in which the text has the device`, LSPCI);
  }
}
