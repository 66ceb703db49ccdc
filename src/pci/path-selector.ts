/** Addresses as users write them in filters: one function or a whole slot, on every node or on one. */
import {
  type Address,
  coversFunction,
  formatAddress,
  isFunctionAddress,
  parseAddress,
  type Slot,
} from "./address.ts";
import type { PciDevice } from "./device.ts";
import { PciFormatError } from "./format-error.ts";
import { parseNodeName } from "./node-name.ts";

/** An element of `paths`: an address on every node, or on the one before the `/`. */
export interface PathSelector {
  /** As written. */
  readonly text: string;
  readonly node: string | null;
  readonly address: Address | Slot;
}

/**
 * Parses an address or a slot, with or without `NODE/` before it.
 * @throws PciFormatError otherwise.
 */
export function parsePathSelector(text: string): PathSelector {
  const slash = text.indexOf("/");
  const node = slash === -1 ? null : parseNodeName(text.slice(0, slash), text);
  return { text, node, address: parseAddress(text.slice(slash + 1), text) };
}

/**
 * Parses the address of one function, with or without `NODE/` before it.
 * @throws PciFormatError otherwise, also for a slot.
 */
export function parseFunctionSelector(text: string): PathSelector & { readonly address: Address } {
  const { node, address } = parsePathSelector(text);
  if (isFunctionAddress(address)) return { text, node, address };
  throw new PciFormatError(
    `"${text}" is a slot: write the function too, such as "${node === null ? "" : `${node}/`}${formatAddress(address)}.0".`,
  );
}

/** Whether the selector covers the function. */
export function selectsDevice(selector: PathSelector, device: PciDevice): boolean {
  if (selector.node !== null && selector.node !== device.node) return false;
  return coversFunction(selector.address, device.address);
}
