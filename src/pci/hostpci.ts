/**
 * The `hostpciN` entries of guests, as far as they say which devices are meant.
 * Source: qemu-server `src/PVE/QemuServer/PCI.pm`, $hostpci_fmt.
 */
import type { Address, Slot } from "./address.ts";
import { addressesOf, propertiesOf } from "./property-string.ts";

/** What one `hostpciN` takes: a mapping, or addresses as written in it. */
export type HostpciTarget =
  | { readonly mapping: string }
  | { readonly addresses: readonly (Address | Slot)[] };

/** The keys that stand for a device of a guest. */
export const HOSTPCI_KEY = /^hostpci(\d+)$/;

/** The number of an entry, 10 for `hostpci10`: entries sort by it, and not as texts. */
export function hostpciNumber(key: string): number {
  return Number(HOSTPCI_KEY.exec(key)?.[1] ?? 0);
}

/** Reads `0000:01:00,pcie=1`, `host=01:00.0;01:00.1` or `mapping=NAME,mdev=…`; null where it names no device. */
export function parseHostpci(value: string): HostpciTarget | null {
  const properties = propertiesOf(value, "host");
  const mapping = properties.get("mapping");
  if (mapping !== undefined) return { mapping };
  const host = properties.get("host");
  return host === undefined ? null : { addresses: addressesOf(host) };
}
