/**
 * A device of a listing while its lines are read, and what they say in the end. lspci says nothing of a programming
 * interface of 00 that has no name, and nothing of a subsystem of zero: its silence tells something only where it would
 * have spoken.
 * Source: pciutils `lspci.c`, show_terse and show_verbose.
 */
import type { FirstLine, PrintedPair } from "./first-line.ts";
import type { PrintedNames } from "./printed-name.ts";
import type { LspciRecord, LspciSubsystem } from "./record.ts";

export interface Draft {
  readonly line: number;
  readonly first: FirstLine;
  /** The output that it is part of. */
  readonly output: Output;
  /** The group that a script named before the device, or above it. */
  readonly listedGroup: number | null;
  /** The group in lspci's own words. */
  ownGroup: number | null;
  subsystem: PrintedPair | null;
  /** Its configuration space reads as ones. */
  silent: boolean;
  /** Something follows that lspci prints behind the subsystem. */
  isPastSubsystem: boolean;
  /** What ends it: a blank line, another device, or neither, so that its last lines may be cut off. */
  end: "blank" | "device" | null;
}

/** What one run of lspci says of its devices; a text may hold several. */
export interface Output {
  /** With `-v`, which tells programming interfaces and subsystems, and puts a blank line behind each device. */
  isVerbose: boolean;
  /** One of its devices has a subsystem, as with `-k`. */
  tellsSubsystem: boolean;
  /** A program dropped lines of it. */
  readonly isFiltered: boolean;
}

export function recordOf(draft: Draft, names: PrintedNames): LspciRecord {
  const { first, listedGroup, ownGroup } = draft;
  return {
    line: draft.line,
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
  const { first, subsystem, output, silent, isPastSubsystem, end } = draft;
  if (subsystem !== null) {
    const { vendor, device, printed } = subsystem;
    return { vendor, device, name: names.nameOf(vendor, device, printed) };
  }
  if (first.subsystem !== null || silent || output.isFiltered) return first.subsystem;
  const isWhole = isPastSubsystem || end === "blank" || (end === "device" && !output.isVerbose);
  return (output.isVerbose || output.tellsSubsystem) && isWhole ? "none" : null;
}
