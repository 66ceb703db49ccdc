/**
 * The lines that lspci prints at most once for a device, in their order, which all versions share. Where one comes again
 * or too late, the first line of another device is missing, as behind `grep`, and the line belongs to that device. Source:
 * pciutils `lspci.c`, show_terse, show_verbose and show_machine; `ls-kernel.c`, show_kernel.
 */
import { type Line, unexpectedLine } from "./line.ts";

/** Below the first line. Those of capabilities begin differently: `Flags: PMEClk-`, `Status: D0`, `Control: AttnInd`. */
const DETAILS: readonly RegExp[] = [
  /^DeviceName:/,
  /^Subsystem:/,
  /^!!! Unknown header type/,
  /^Physical Slot:/,
  /^Device tree node:/,
  /^Control: I\/O/,
  /^Status: Cap/,
  /^Latency: \d/,
  /^Interrupt: pin/,
  /^NUMA node:/,
  /^IOMMU group:/i,
  /^Flags: (?!PMEClk)/,
  /^BIST /,
  /^Bus: primary=/,
  /^Capabilities: /,
  /^(?:Kernel d|D)river in use:/,
  /^Kernel modules:/,
];
/** Keys of `-vmm`. */
const KEYS: readonly RegExp[] = [
  "Class",
  "Vendor",
  "Device",
  "SVendor",
  "SDevice",
  "PhySlot",
  "Rev",
  "ProgIf",
  "Driver",
  "Module",
  "NUMANode",
  "DTNode",
  "IOMMUGroup",
].map((key) => new RegExp(`^${key}:`));
/** A device may have several of them. */
const REPEATED = /^(?:Capabilities: |Module:)/;

/** The lines of one device that have come, as far as their order matters. */
export class LineOrder {
  readonly #forms: readonly RegExp[];
  readonly #command: string;
  #last: { readonly rank: number; readonly line: number } | null = null;

  /**
   * @param form `-vmm` prints keys, every other form details.
   * @param command what to run instead of what removed lines.
   */
  constructor(form: "details" | "keys", command: string) {
    this.#forms = form === "keys" ? KEYS : DETAILS;
    this.#command = command;
  }

  /**
   * Adds a line.
   * @param text the line, trimmed.
   * @throws PciFormatError when lspci does not print it behind those that have come.
   */
  add(line: Line, text: string): void {
    const rank = this.#forms.findIndex((form) => form.test(text));
    if (rank === -1) return;
    const last = this.#last;
    if (last !== null && (rank < last.rank || (rank === last.rank && !REPEATED.test(text)))) {
      throw unexpectedLine(
        line,
        `the first line of another device before it, since lspci prints no such line of a device after line ${last.line}; grep and other filters remove lines`,
        this.#command,
      );
    }
    this.#last = { rank, line: line.number };
  }
}
