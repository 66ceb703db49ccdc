/**
 * A device of a listing while its lines are read, and the result. lspci prints no unnamed programming interface of 00,
 * and no subsystem of zero. So a missing value has a meaning only where lspci would have printed it. Source: pciutils
 * `lspci.c`, show_terse and show_verbose.
 */
import type { FirstLine, PrintedPair } from "./first-line.ts";
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
  /** What ended it: a blank line, another device, or neither; then its last lines may be cut off. */
  end: "blank" | "device" | null;
}

/** What one run of lspci says of its devices. A text may contain several runs. */
export interface Output {
  /** With `-v`, which prints programming interfaces and subsystems, and a blank line after each device. */
  isVerbose: boolean;
  /** One of its devices has a subsystem, as with `-k`. */
  tellsSubsystem: boolean;
  /** Another program removed lines from it. */
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
