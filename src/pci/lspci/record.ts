/** What lspci says of one device, before it is known what its silence means. Numbers are in lower case, without `0x`. */
import type { Address } from "../address.ts";

export interface LspciRecord {
  /** Number of the line on which it begins. */
  readonly line: number;
  readonly address: Address;
  readonly vendor: string;
  readonly device: string;
  /** Vendor and device; null when pci.ids knows neither. */
  readonly name: string | null;
  /** The first four digits of the class code. */
  readonly classCode: string;
  /** The other two; null when they are not there. */
  readonly programmingInterface: string | null;
  readonly subsystem: LspciSubsystem | null;
  readonly iommuGroup: number | null;
  /** Whether something follows that lspci prints behind the subsystem, so that nothing up to there is cut off. */
  readonly complete: boolean;
}

export interface LspciSubsystem {
  readonly vendor: string;
  readonly device: string;
  readonly name: string | null;
}

/** All devices of a text, and what its form would say of a device if there were something to say. */
export interface LspciReading {
  readonly records: readonly LspciRecord[];
  /** Whether a programming interface other than 00 would be there. */
  readonly tellsProgrammingInterface: boolean;
  /** Whether a subsystem other than zero would be there. */
  readonly tellsSubsystem: boolean;
}
