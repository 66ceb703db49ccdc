/** What a text says of one device. Numbers are lower case, without `0x`. */
import type { Address } from "../address.ts";
import { formatName } from "../name.ts";

export interface LspciRecord {
  /** The number of its first line. */
  readonly line: number;
  /** The host in the prompt above it; null where the text has none. */
  readonly host: string | null;
  readonly address: Address;
  readonly vendor: string;
  readonly device: string;
  /** Vendor and device; null when pci.ids knows neither. */
  readonly name: string | null;
  /** The class code: six digits, or the first four when the text has no more. */
  readonly class: string;
  /** `none` when the device has none, which lspci shows by printing nothing; null when it is not known. */
  readonly subsystem: LspciSubsystem | "none" | null;
  readonly iommuGroup: number | null;
}

export interface LspciSubsystem {
  readonly vendor: string;
  readonly device: string;
  readonly name: string | null;
}

/** A number of four digits, and its name where there is one. */
export interface NumberedName {
  readonly number: string;
  readonly name: string | undefined;
}

/** Printed where pci.ids has no name. */
const UNKNOWN = new Set(["Vendor", "Unknown vendor", "Device"]);

/** Reads `NVIDIA Corporation [10de]`, or only the number; null when there is no number. */
export function readNumberedName(text: string): NumberedName | null {
  const found = /^([0-9a-f]{4})$|\[([0-9a-f]{4})\]$/i.exec(text);
  if (found === null) return null;
  const name = text.slice(0, found.index).trim();
  return {
    number: (found[1] ?? found[2] ?? "").toLowerCase(),
    name: name === "" || UNKNOWN.has(name) ? undefined : name,
  };
}

/** A subsystem from its two numbered names. */
export function subsystemOf(vendor: NumberedName, device: NumberedName): LspciSubsystem {
  return {
    vendor: vendor.number,
    device: device.number,
    name: formatName(vendor.name, device.name, device.number),
  };
}

/** A configuration space of all ones: revision and programming interface of a device that does not answer. */
export const NO_ANSWER = "ff";
