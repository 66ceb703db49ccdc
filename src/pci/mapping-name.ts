/**
 * Names of PCI mappings. Proxmox wants at least two characters: a letter, then letters, digits, `_` and `-`. Source:
 * pve-common `src/PVE/JSONSchema.pm`, format `pve-configid`.
 */
import { type Address, hex, isFunctionAddress, type Slot } from "./address.ts";
import { PciFormatError } from "./format-error.ts";

/** The prefix when a configuration has none. */
export const DEFAULT_MAPPING_PREFIX = "gpu";

const PREFIX = /^[a-z][a-z0-9_-]*$/i;
const MAPPING_NAME = /^[a-z][a-z0-9_-]+$/i;

/**
 * Accepts a prefix that makes valid names.
 * @throws PciFormatError otherwise.
 */
export function parseMappingPrefix(text: string): string {
  if (PREFIX.test(text)) return text;
  throw new PciFormatError(
    `"${text}" cannot begin the name of a Proxmox mapping: write a letter first, then letters, digits, "_" and "-".`,
  );
}

/**
 * Accepts the name of a mapping.
 * @throws PciFormatError for what Proxmox refuses.
 */
export function parseMappingName(text: string): string {
  if (MAPPING_NAME.test(text)) return text;
  throw new PciFormatError(
    `"${text}" cannot be the name of a Proxmox mapping: names have two characters or more, a letter first, then ` +
      'letters, digits, "_" and "-".',
  );
}

/** `PREFIX-NODE-BUS-DEV`; a domain other than 0000 goes before the bus, a function other than 0 after the device. */
export function addressMappingName(prefix: string, node: string, address: Address | Slot): string {
  const domain = address.domain === 0 ? [] : [hex(address.domain, 4)];
  const isOther = isFunctionAddress(address) && address.function !== 0;
  const behind = isOther ? [String(address.function)] : [];
  return [prefix, node, ...domain, hex(address.bus, 2), hex(address.device, 2), ...behind].join("-");
}

/** What `mapping_names` allows: names by place, or by model. */
export const MAPPING_NAMINGS = ["address", "model"] as const;
