/** The filters of a selection, each a question about one function. The values of one filter are alternatives. */
import { formatAddress, slotKey } from "./address.ts";
import { parseClass } from "./class.ts";
import type { PciDevice } from "./device.ts";
import { type Host, isVirtualFunction } from "./host.ts";
import { parseIdPair, parseVendorId } from "./id.ts";
import { type PathSelector, selectsDevice } from "./path-selector.ts";

/** One filter, with the name of the argument that it came from. */
export interface Criterion {
  readonly argument: string;
  readonly matches: (device: PciDevice, host: Host) => boolean;
  /** Whether a function that does not match was probably meant: a typing mistake would explain it. */
  readonly nearly?: (device: PciDevice) => boolean;
}

/** Functions of one of the classes, given as names or codes. @throws PciFormatError where one is neither */
export function byClasses(classes: readonly string[]): Criterion {
  const matchers = classes.map(parseClass);
  return { argument: "classes", matches: (device) => matchers.some((matches) => matches(device)) };
}

/** Functions of one of the vendors. @throws PciFormatError for an invalid id */
export function byVendorIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map(parseVendorId));
  return {
    argument: "vendor_ids",
    matches: (device) => wanted.has(device.vendor),
    nearly: (device) => isSlipOf(wanted, device.vendor),
  };
}

/** Functions of one of the models, `10de:2204`. @throws PciFormatError for an invalid id */
export function byIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map((id) => parseIdPair(id, "device id")));
  return {
    argument: "ids",
    matches: (device) => wanted.has(device.id),
    nearly: (device) => isSlipOf(wanted, device.id),
  };
}

/** Functions on one of the boards, `1462:3884`. @throws PciFormatError for an invalid id */
export function bySubsystemIds(ids: readonly string[]): Criterion {
  const wanted = new Set(ids.map((id) => parseIdPair(id, "subsystem id")));
  return {
    argument: "subsystem_ids",
    matches: (device) => device.subsystemId !== null && wanted.has(device.subsystemId),
    nearly: (device) => device.subsystemId !== null && isSlipOf(wanted, device.subsystemId),
  };
}

/** Whether an id differs from a wanted one in one digit, or by two neighbouring digits that changed places. */
function isSlipOf(wanted: ReadonlySet<string>, id: string): boolean {
  return wanted.values().some((one) => {
    const wrong = [...one].flatMap((digit, index) => (digit === id[index] ? [] : [index]));
    const [first = 0, second = 0] = wrong;
    return (
      wrong.length === 1 ||
      (wrong.length === 2 && second === first + 1 && one[first] === id[second] && one[second] === id[first])
    );
  });
}

/**
 * Functions with one of the names that `name_regex` matches. Whoever matches the names has to limit the time, since an
 * expression may need years for one name.
 * @param inAnyCase finds the names that match when upper and lower case do not count.
 */
export function byNames(found: ReadonlySet<string>, inAnyCase: () => ReadonlySet<string>): Criterion {
  let similar: ReadonlySet<string> | undefined;
  return {
    argument: "name_regex",
    matches: (device) => device.name !== null && found.has(device.name),
    nearly: ({ name }) => {
      if (name === null) return false;
      similar ??= inAnyCase();
      return similar.has(name);
    },
  };
}

/** Functions that offer mediated devices, or those that do not. */
export function byMdev(mdev: boolean): Criterion {
  return { argument: "mdev", matches: (device) => device.mdev === mdev };
}

/** VFs, or everything but VFs, as far as the host can tell. */
export function byVirtualFunctions(wanted: boolean): Criterion {
  return {
    argument: "virtual_functions",
    matches: (device, host) => isVirtualFunction(host, device) === wanted,
  };
}

/** Functions that one of the selectors covers. */
export function byPaths(selectors: readonly PathSelector[]): Criterion {
  const bySlot = Map.groupBy(selectors, (selector) => slotKey(selector.address));
  return {
    argument: "paths",
    matches: (device) =>
      bySlot.get(slotKey(device.address))?.some((selector) => selectsDevice(selector, device)) === true,
  };
}

/** The VFs of one PF, reported or inferred. */
export function byPhysicalFunction(selector: PathSelector): Criterion {
  const path = formatAddress(selector.address);
  return {
    argument: "physical_function",
    matches: (device, host) =>
      (selector.node === null || selector.node === host.node) &&
      host.physicalFunctions.get(device.path) === path,
  };
}
