/**
 * PCI addresses: `DOMAIN:BUS:DEVICE.FUNCTION` (BDF), and slots, which are addresses without a function.
 *
 * All parts are hexadecimal. The domain has four digits or more (Intel VMD starts at 10000). People may leave it
 * out; then it is 0000. Source: Linux `drivers/pci/probe.c` (`%04x:%02x:%02x.%d`), pciutils.
 */
import { PciFormatError } from "./format-error.ts";

/** One slot: a device on a bus, with all its functions. */
export interface Slot {
  /** 0 … 0xffffffff */
  readonly domain: number;
  /** 0 … 0xff */
  readonly bus: number;
  /** 0 … 0x1f */
  readonly device: number;
}

/** One function of a device. */
export interface Address extends Slot {
  /** 0 … 7 */
  readonly function: number;
}

/** The highest function that a device can have, and the highest device on a bus. */
export const MAX_FUNCTION = 7;
const MAX_DEVICE = 0x1f;

const PATTERN = /^(?:([0-9a-f]{4,8}):)?([0-9a-f]{2}):([0-9a-f]{2})(?:\.([0-9a-f]))?$/i;

/** Examples of addresses for messages. */
const ADDRESS_EXAMPLES = '"0000:03:00.0" or "03:00.0" for one function, "0000:03:00" for a whole slot';

/**
 * Parses a BDF or a slot, in any case, with or without its domain.
 * @param whole what the user wrote, if the text is a part of it; the message has it.
 * @throws PciFormatError when the text is neither, or a part is out of its range.
 */
export function parseAddress(text: string, whole: string = text): Address | Slot {
  const match = PATTERN.exec(text);
  if (match === null) {
    throw new PciFormatError(`"${whole}" is not a PCI address: write ${ADDRESS_EXAMPLES}.`);
  }
  const slot = {
    domain: Number.parseInt(match[1] ?? "0", 16),
    bus: Number.parseInt(match[2] ?? "", 16),
    device: Number.parseInt(match[3] ?? "", 16),
  };
  if (slot.device > MAX_DEVICE) {
    throw new PciFormatError(
      `"${whole}" is not a PCI address: a bus has the devices 00 to 1f, not ${match[3]}.`,
    );
  }
  if (match[4] === undefined) return slot;
  const number = Number.parseInt(match[4], 16);
  if (number > MAX_FUNCTION) {
    throw new PciFormatError(
      `"${whole}" is not a PCI address: a device has the functions 0 to 7, not ${match[4]}.`,
    );
  }
  return { ...slot, function: number };
}

/**
 * Parses the BDF of one function.
 * @throws PciFormatError for everything else, also for a slot.
 */
export function parseFunctionAddress(text: string): Address {
  const address = parseAddress(text);
  if (isFunctionAddress(address)) return address;
  throw new PciFormatError(
    `"${text}" is a slot: write the function too, such as "${formatAddress(address)}.0".`,
  );
}

/** Parses only what `formatAddress` wrote of a function. It is fast, since Proxmox sends thousands of these. */
export function readFormatted(path: string): Address {
  const end = path.length;
  return {
    domain: Number.parseInt(path.slice(0, end - 8), 16),
    bus: Number.parseInt(path.slice(end - 7, end - 5), 16),
    device: Number.parseInt(path.slice(end - 4, end - 2), 16),
    function: path.charCodeAt(end - 1) - DIGIT_ZERO,
  };
}

const DIGIT_ZERO = 0x30;

/** Whether an address names one function and not a slot. */
export function isFunctionAddress(address: Address | Slot): address is Address {
  return "function" in address;
}

/** The slot of a function; a slot stays as it is. */
export function slotOf({ domain, bus, device }: Slot): Slot {
  return { domain, bus, device };
}

/** The canonical text: lower case, always with the domain. */
export function formatAddress(address: Address | Slot): string {
  const slot = `${hex(address.domain, 4)}:${hex(address.bus, 2)}:${hex(address.device, 2)}`;
  return isFunctionAddress(address) ? `${slot}.${address.function}` : slot;
}

/** Whether an address means the function: it is that of the function or of its slot. */
export function coversFunction(address: Address | Slot, one: Address): boolean {
  return isFunctionAddress(address)
    ? addressKey(address) === addressKey(one)
    : slotKey(address) === slotKey(one);
}

/** Domain, bus and device as one whole number (below 2^45), for grouping. */
export function slotKey(slot: Slot): number {
  return slot.domain * 0x2000 + slot.bus * 0x20 + slot.device;
}

/** The whole address as one number (below 2^48), in the order of addresses. */
export function addressKey(address: Address): number {
  return slotKey(address) * 8 + address.function;
}

/** Numerical order, for sorting. */
export function compareAddresses(a: Address, b: Address): number {
  return addressKey(a) - addressKey(b);
}

/** Domain and bus as one number, for grouping by bus. */
export function busKey(slot: Slot): number {
  return slot.domain * 0x100 + slot.bus;
}

/** Lower-case hexadecimal of at least `digits` digits. */
export function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, "0");
}
