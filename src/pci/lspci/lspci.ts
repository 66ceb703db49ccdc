/** Devices from the output of lspci, for hosts whose API may not be asked. */
import { type Address, compareAddresses, formatAddress } from "../address.ts";
import { isGpu } from "../class.ts";
import { PciFormatError } from "../format-error.ts";
import { readGroupHeading } from "./group-heading.ts";
import { advice, type Line, LSPCI, linesOf } from "./line.ts";
import { readListing } from "./listing.ts";
import { isMachineReadable, readMachineReadable } from "./machine-readable.ts";
import { noiseIn } from "./noise.ts";
import type { LspciRecord } from "./record.ts";

/** A device from lspci: everything that can be known of it without Proxmox. Ids are lower case. */
export interface LspciDevice {
  readonly address: Address;
  /** Always with the domain. */
  readonly path: string;
  readonly id: string;
  /** `0000:0000` for a device that says zero; null when the text does not tell, as with `-nn`. */
  readonly subsystemId: string | null;
  readonly iommuGroup: number | null;
  /** Six digits; only the first four when the text has no more, as with `-nn` and `-nnk`. */
  readonly class: string;
  readonly name: string | null;
  /** As in lspci: if subsystem and device have the same ids, the device's name replaces a missing one. */
  readonly subsystemName: string | null;
  readonly gpu: boolean;
}

/**
 * Reads the output of lspci from one host, in every form that has numbers, or the lines of `lspci -nn` by IOMMU group.
 * @returns the devices, ordered by address.
 * @throws PciFormatError with the number of the unexpected line.
 */
export function parseLspci(text: string): readonly LspciDevice[] {
  const lines = linesOf(text);
  const first = lines.find(({ text }) => isMeaningful(text));
  const records =
    first !== undefined && isMachineReadable(first) ? readMachineReadable(lines) : readListing(lines);
  if (records.length === 0) throw new PciFormatError(nothingIn(lines));
  refuseOtherHosts(records);
  refuseRepetition(records);
  return records.map(deviceOf).sort((a, b) => compareAddresses(a.address, b.address));
}

/** Whether a line shows the form of the text. */
function isMeaningful(text: string): boolean {
  const line = text.trim();
  return (
    line !== "" && noiseIn(line) === null && readGroupHeading(line)?.rest !== "" && !/^[-=]+$/.test(line)
  );
}

function nothingIn(lines: readonly Line[]): string {
  const what = lines.some(({ text }) => text !== "") ? "has none of lspci's lines" : "is empty";
  return `There is no device in the text, which ${what}: expected the output of lspci -nnv, -nnvv, -vmmnnk or -nn. ${advice(LSPCI)}`;
}

function deviceOf(record: LspciRecord): LspciDevice {
  const { address, vendor, device, name, subsystem, iommuGroup } = record;
  const said = subsystem === "none" ? null : subsystem;
  const subsystemId = subsystem === "none" ? "0000:0000" : said && `${said.vendor}:${said.device}`;
  return {
    address,
    path: formatAddress(address),
    id: `${vendor}:${device}`,
    subsystemId,
    iommuGroup,
    class: record.class,
    name,
    subsystemName: said?.name ?? null,
    gpu: isGpu({ vendor, device, subsystemId, class: record.class }),
  };
}

/** Devices of several hosts would be taken for those of one. */
function refuseOtherHosts(records: readonly LspciRecord[]): void {
  const first = records.find(({ host }) => host !== null);
  const other = records.find(({ host }) => host !== null && host !== first?.host);
  if (first === undefined || other === undefined) return;
  throw new PciFormatError(
    `Line ${other.line} has a device of ${other.host}, by the prompt above it, and line ${first.line} one of ${first.host}: ` +
      "expected the output of one host. Call the function once for each.",
  );
}

function refuseRepetition(records: readonly LspciRecord[]): void {
  const lines = new Map<string, number>();
  for (const { line, address } of records) {
    const path = formatAddress(address);
    const before = lines.get(path);
    if (before !== undefined) {
      throw new PciFormatError(
        `Line ${line} has a device at ${path}, as line ${before} has: expected the output of one host, and every device once. ${advice(LSPCI)}`,
      );
    }
    lines.set(path, line);
  }
}
