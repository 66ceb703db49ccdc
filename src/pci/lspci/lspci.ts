/** Devices out of what lspci prints, for hosts whose API nobody may ask. */
import { type Address, compareAddresses, formatAddress } from "../address.ts";
import { isGpu } from "../class.ts";
import { PciFormatError } from "../format-error.ts";
import { linesOf } from "./line.ts";
import { readListing } from "./listing.ts";
import { isMachineReadable, readMachineReadable } from "./machine-readable.ts";
import type { LspciReading, LspciRecord } from "./record.ts";

/** A device as lspci tells it: all of a device that can be known without asking Proxmox. Ids are in lower case. */
export interface LspciDevice {
  readonly address: Address;
  /** The domain always written. */
  readonly path: string;
  readonly id: string;
  /** `0000:0000` for a device that says zero; null when the text does not say, as with `-nn`. */
  readonly subsystemId: string | null;
  readonly iommuGroup: number | null;
  /** Six digits; only the first four when the text does not say more, as with `-nn` and `-nnk`. */
  readonly class: string;
  readonly name: string | null;
  /** As lspci has it: where subsystem and device have the same ids, the device's name stands in for a missing one. */
  readonly subsystemName: string | null;
  readonly gpu: boolean;
}

/** What lspci and its library say on standard error, which ends up between the lines. */
const COMPLAINT = /^(?:lspci|pcilib): /;

/**
 * Reads the output of `lspci -nn`, `-nnk`, `-nnv`, `-nnvv`, `-vmmnn` or `-vmmnnk` of one host.
 * @returns the devices in the order of their addresses.
 * @throws PciFormatError with the number of the line that is not as expected.
 */
export function parseLspci(text: string): readonly LspciDevice[] {
  const lines = linesOf(text).filter((line) => !COMPLAINT.test(line.text));
  const first = lines.find((line) => line.text !== "");
  if (first === undefined) {
    throw new PciFormatError(
      "There is no device in the text, which is empty: expected the output of lspci -nnv, -nnvv, -vmmnnk or -nn.",
    );
  }
  const reading = isMachineReadable(first) ? readMachineReadable(lines) : readListing(lines);
  refuseRepetition(reading.records);
  return reading.records
    .map((record) => deviceOf(record, reading))
    .sort((a, b) => compareAddresses(a.address, b.address));
}

function deviceOf(record: LspciRecord, reading: LspciReading): LspciDevice {
  const { address, vendor, device, name, subsystem, iommuGroup, complete } = record;
  // lspci says nothing of a programming interface of 00, and nothing of a subsystem of zero.
  const unsaid = reading.tellsProgrammingInterface && complete ? "00" : "";
  const noSubsystem = reading.tellsSubsystem && complete ? "0000:0000" : null;
  const classCode = `${record.classCode}${record.programmingInterface ?? unsaid}`;
  const subsystemId = subsystem === null ? noSubsystem : `${subsystem.vendor}:${subsystem.device}`;
  return {
    address,
    path: formatAddress(address),
    id: `${vendor}:${device}`,
    subsystemId,
    iommuGroup,
    class: classCode,
    name,
    subsystemName: subsystem?.name ?? null,
    gpu: isGpu({ vendor, device, subsystemId, class: classCode }),
  };
}

function refuseRepetition(records: readonly LspciRecord[]): void {
  const lines = new Map<string, number>();
  for (const { line, address } of records) {
    const path = formatAddress(address);
    const before = lines.get(path);
    if (before !== undefined) {
      throw new PciFormatError(
        `Line ${line} has a device at ${path}, as line ${before} has: expected the output of one host, and every device once.`,
      );
    }
    lines.set(path, line);
  }
}
