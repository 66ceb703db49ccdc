/** Vendor ids, vendor:device ids and subsystem ids: four hexadecimal digits each, lower case, no `0x`. */
import { PciFormatError } from "./format-error.ts";

const WORD = /^(?:0x)?([0-9a-f]{4})$/i;
const PAIR = /^(?:0x)?([0-9a-f]{4}):(?:0x)?([0-9a-f]{4})$/i;

/**
 * Parses one 16-bit id (`10de`, `0x10DE`).
 * @throws PciFormatError otherwise.
 */
export function parseVendorId(text: string): string {
  const match = WORD.exec(text);
  if (match?.[1] === undefined) {
    throw new PciFormatError(`"${text}" is not a vendor id: write four hexadecimal digits, such as "10de".`);
  }
  return match[1].toLowerCase();
}

/**
 * Parses a pair of 16-bit ids (`10de:2204`, `0x10DE:0x2204`): vendor and device, or subsystem vendor and subsystem.
 * @param what the name of the pair in the error, such as "device id".
 * @throws PciFormatError otherwise.
 */
export function parseIdPair(text: string, what: string): string {
  const match = PAIR.exec(text);
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new PciFormatError(
      `"${text}" is not a ${what}: write two times four hexadecimal digits with a colon between them, such as "10de:2204".`,
    );
  }
  return `${match[1]}:${match[2]}`.toLowerCase();
}
