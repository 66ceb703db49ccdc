/** The filters of a selection, each a question about one function: values within one are alternatives. */
import {
  type Address,
  addressKey,
  formatAddress,
  isFunctionAddress,
  parseAddress,
  type Slot,
  slotKey,
} from "./address.ts";
import { parseClass } from "./class.ts";
import type { PciDevice } from "./device.ts";
import { PciFormatError } from "./format-error.ts";
import { type Host, isVirtualFunction } from "./host.ts";
import { parseIdPair, parseVendorId } from "./id.ts";
import { parseNodeName } from "./mapping-name.ts";

/** One filter, under the name of the argument that it came from. */
export interface Criterion {
  readonly argument: string;
  readonly matches: (device: PciDevice, host: Host) => boolean;
}

export function byClasses(classes: readonly string[]): Criterion {
  const matchers = classes.map(parseClass);
  return { argument: "classes", matches: (device) => matchers.some((matches) => matches(device)) };
}

export function byVendorIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map(parseVendorId));
  return { argument: "vendor_ids", matches: (device) => wanted.has(device.vendor) };
}

export function byIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map((id) => parseIdPair(id, "device id")));
  return { argument: "ids", matches: (device) => wanted.has(device.id) };
}

export function bySubsystemIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map((id) => parseIdPair(id, "subsystem id")));
  return {
    argument: "subsystem_ids",
    matches: (device) => device.subsystemId !== null && wanted.has(device.subsystemId),
  };
}

/**
 * An expression of `name_regex`: JavaScript's syntax, and `(?i)` at the front as other languages write it.
 * @throws PciFormatError where it does not compile.
 */
export function parseNameRegex(source: string): RegExp {
  const ignoresCase = source.startsWith("(?i)");
  try {
    return new RegExp(ignoresCase ? source.slice(4) : source, ignoresCase ? "i" : "");
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(": ") + 2) : "";
    throw new PciFormatError(`"${source}" is not a regular expression in JavaScript's syntax: ${reason}.`, {
      cause: error,
    });
  }
}

export function byNameRegex(source: string): Criterion {
  const regex = parseNameRegex(source);
  return { argument: "name_regex", matches: (device) => device.name !== null && regex.test(device.name) };
}

export function byMdev(mdev: boolean): Criterion {
  return { argument: "mdev", matches: (device) => device.mdev === mdev };
}

export function byVirtualFunctions(wanted: boolean): Criterion {
  return {
    argument: "virtual_functions",
    matches: (device, host) => isVirtualFunction(host, device) === wanted,
  };
}

/** An element of `paths`: an address on every node, or on the one before the `/`. */
export interface PathSelector {
  /** As written. */
  readonly text: string;
  readonly node: string | null;
  readonly address: Address | Slot;
}

/**
 * Reads an address or a slot, with or without `NODE/` before it.
 * @throws PciFormatError otherwise.
 */
export function parsePathSelector(text: string): PathSelector {
  const slash = text.indexOf("/");
  const node = slash === -1 ? null : parseNodeName(text.slice(0, slash));
  return { text, node, address: parseAddress(text.slice(slash + 1)) };
}

/**
 * Reads the address of one function, with or without `NODE/` before it.
 * @throws PciFormatError otherwise, for a slot too.
 */
export function parseFunctionSelector(text: string): PathSelector & { readonly address: Address } {
  const { node, address } = parsePathSelector(text);
  if (isFunctionAddress(address)) return { text, node, address };
  throw new PciFormatError(
    `"${text}" is a slot: write the function too, such as "${formatAddress(address)}.0".`,
  );
}

/** Whether the selector covers the function. */
export function selectsDevice(selector: PathSelector, device: PciDevice): boolean {
  if (selector.node !== null && selector.node !== device.node) return false;
  return isFunctionAddress(selector.address)
    ? addressKey(selector.address) === addressKey(device.address)
    : slotKey(selector.address) === slotKey(device.address);
}

export function byPaths(selectors: readonly PathSelector[]): Criterion {
  const bySlot = Map.groupBy(selectors, (selector) => slotKey(selector.address));
  return {
    argument: "paths",
    matches: (device) =>
      bySlot.get(slotKey(device.address))?.some((selector) => selectsDevice(selector, device)) === true,
  };
}

export function byPhysicalFunction(selector: PathSelector): Criterion {
  const path = formatAddress(selector.address);
  return {
    argument: "physical_function",
    matches: (device, host) =>
      (selector.node === null || selector.node === host.node) &&
      host.physicalFunctions.get(device.path) === path,
  };
}
