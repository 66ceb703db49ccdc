/** Selects functions by criteria that must all hold, and finds near misses when too few were selected. */
import { slotKey } from "./address.ts";
import { isDisplayOrAccelerator } from "./class.ts";
import type { Criterion } from "./criterion.ts";
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";
import { type PathSelector, selectsDevice } from "./path-selector.ts";

/** The functions of all hosts for which every criterion holds, in the hosts' order. */
export function select(hosts: readonly Host[], criteria: readonly Criterion[]): readonly PciDevice[] {
  return hosts.flatMap((host) =>
    criteria.length === 0
      ? host.devices
      : host.devices.filter((device) => criteria.every((criterion) => criterion.matches(device, host))),
  );
}

/** A function that was not selected, and the arguments that excluded it. */
export interface NearMiss {
  readonly device: PciDevice;
  readonly failed: readonly string[];
}

/**
 * The functions that fail the fewest criteria, but at least one. Among those that fail equally many: first those that a
 * typing mistake would explain, then GPUs, then other displays and accelerators, such as consoles.
 * @param limit the maximum number of results.
 */
export function nearMisses(
  hosts: readonly Host[],
  criteria: readonly Criterion[],
  limit: number,
): readonly NearMiss[] {
  const misses: (NearMiss & { readonly slips: number })[] = [];
  for (const host of hosts) {
    for (const device of host.devices) {
      const failed = criteria.filter((criterion) => !criterion.matches(device, host));
      if (failed.length === 0) continue;
      const slips = failed.filter((criterion) => criterion.nearly?.(device) === true).length;
      // What fails all of several criteria has nothing to do with what was wanted.
      if (criteria.length > 1 && failed.length === criteria.length && slips === 0) continue;
      misses.push({ device, failed: failed.map(({ argument }) => argument), slips });
    }
  }
  return misses
    .toSorted(
      (a, b) =>
        a.failed.length - a.slips - (b.failed.length - b.slips) ||
        a.failed.length - b.failed.length ||
        interest(b.device) - interest(a.device),
    )
    .slice(0, limit)
    .map(({ device, failed }) => ({ device, failed }));
}

function interest(device: PciDevice): number {
  if (device.gpu) return 2;
  return isDisplayOrAccelerator(device) ? 1 : 0;
}

/**
 * The functions nearest to an address with no function: first the same address on other nodes, then the same slot, that
 * slot in another domain, a bus of that number, and then any GPU. The selector's node comes before others.
 * @param limit the maximum number of results.
 */
export function nearestToAddress(
  hosts: readonly Host[],
  selector: PathSelector,
  limit: number,
): readonly PciDevice[] {
  return hosts
    .flatMap((host) => host.devices)
    .map((device) => ({ device, distance: distanceFrom(selector, device) }))
    .filter(({ distance }) => distance < FAR)
    .toSorted((a, b) => a.distance - b.distance)
    .slice(0, limit)
    .map(({ device }) => device);
}

const FAR = Number.POSITIVE_INFINITY;

function distanceFrom(selector: PathSelector, device: PciDevice): number {
  const elsewhere = selector.node !== null && selector.node !== device.node ? 1 : 0;
  const { address } = selector;
  const there = device.address;
  if (selectsDevice({ ...selector, node: null }, device)) return 0;
  if (slotKey(address) === slotKey(there)) return 2 + elsewhere;
  if (address.bus === there.bus && address.device === there.device) return 4 + elsewhere;
  if (address.bus === there.bus) return 6 + elsewhere;
  return device.gpu ? 8 + elsewhere : FAR;
}
