/**
 * A device of a listing while its lines are read, and the result. lspci prints no unnamed programming interface of 00,
 * and no subsystem of zero. So a missing value has a meaning only where lspci would have printed it, and where nobody has
 * removed it: who looks for a card with grep gets lines in which the words stand, and most subsystems are called
 * otherwise than the card. Source: pciutils `lspci.c`, show_terse and show_verbose.
 */
import type { FirstLine, PrintedPair } from "./first-line.ts";
import type { Introduction, Kept } from "./noise.ts";
import type { LineOrder } from "./order.ts";
import type { PrintedNames } from "./printed-name.ts";
import type { LspciRecord, LspciSubsystem } from "./record.ts";

export interface Draft {
  readonly line: number;
  readonly first: FirstLine;
  /** The output that contains it. */
  readonly output: Output;
  /** The group that a script printed before or above the device. */
  readonly listedGroup: number | null;
  /** The group that lspci printed. */
  ownGroup: number | null;
  subsystem: PrintedPair | null;
  readonly order: LineOrder;
  /** Its configuration space reads as all ones. */
  silent: boolean;
  /** A line has come that lspci prints after the subsystem. */
  isPastSubsystem: boolean;
  /** The kinds of its lines that have come, with `-v`. */
  readonly kinds: Set<VerboseKind>;
  /** Some of its lines may be another device's. */
  isMixed: boolean;
  /** What ended it: a blank line, another device, or neither; then its last lines may be cut off. */
  end: "blank" | "device" | null;
}

/** What one run of lspci says of its devices. A text may contain several runs. */
export interface Output extends Introduction {
  /** With `-v`, which prints programming interfaces and subsystems, and a blank line after each device. */
  isVerbose: boolean;
  /** Who made the boards in its subsystems. None without `-k` and `-v`. */
  readonly makers: Set<string>;
  /** Its lines themselves may show it too. */
  kept: Kept | null;
}

/** With `-v` every function that answers has flags (with `-vv` its registers), and nearly every endpoint the others. */
export type VerboseKind = "flags" | "resource" | "capability";
const VERBOSE_KINDS = 3;

/** So many makers are left by no search for a few words, but by one that keeps every subsystem, or by none. */
const MAKERS_OF_A_WHOLE = 4;

export function recordOf(draft: Draft, names: PrintedNames): LspciRecord {
  const { first, listedGroup, ownGroup } = draft;
  return {
    line: draft.line,
    host: draft.output.host,
    address: first.address,
    vendor: first.vendor,
    device: first.device,
    name:
      typeof first.printed === "string"
        ? names.nameOf(first.vendor, first.device, first.printed)
        : first.printed.name,
    class: `${first.classCode}${first.programmingInterface ?? unsaidInterface(draft)}`,
    subsystem: subsystemOf(draft, names),
    iommuGroup: listedGroup ?? ownGroup,
  };
}

function unsaidInterface({ output, silent, isPastSubsystem, end }: Draft): "00" | "" {
  return output.isVerbose && !silent && (isPastSubsystem || end === "blank") ? "00" : "";
}

function subsystemOf(draft: Draft, names: PrintedNames): LspciSubsystem | "none" | null {
  const { first, subsystem } = draft;
  if (subsystem !== null) {
    const { vendor, device, printed } = subsystem;
    return { vendor, device, name: names.nameOf(vendor, device, printed) };
  }
  return first.subsystem ?? (hasNoSubsystem(draft) ? "none" : null);
}

/** Whether lspci would have printed the subsystem here. */
function hasNoSubsystem(draft: Draft): boolean {
  const { first, output, silent, isMixed, isPastSubsystem, end, kinds } = draft;
  const { isVerbose, makers, kept } = output;
  if (silent || isMixed || kept === "some") return false;
  // Older versions print that of a bridge among its capabilities, which may be cut off.
  if (isVerbose && end === null && first.classCode.startsWith("06")) return false;
  const isPast = isPastSubsystem || (end === "device" && !isVerbose);
  if (kept === "all") return (isVerbose || makers.size > 0) && (isPast || end === "blank");
  return isVerbose ? kinds.size === VERBOSE_KINDS : isPast && makers.size >= MAKERS_OF_A_WHOLE;
}
