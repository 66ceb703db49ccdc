/** What one entry of a guest's configuration takes, `hostpciN` or `args`. */
import type { Address, Slot } from "../address.ts";
import type { Guest } from "../guest.ts";
import { nextValue } from "../guest.ts";
import { vfioDevicesOf } from "../guest-args.ts";
import { HOSTPCI_KEY, hostpciNumber, parseHostpci } from "../hostpci.ts";
import { propertiesOf } from "../property-string.ts";

/** One thing that an entry takes: one line of a mapping, or all devices at some addresses. */
export type EntryTarget = { readonly mdev: string | null } & (
  | { readonly mapping: string; readonly addresses: null }
  | { readonly mapping: null; readonly addresses: readonly (Address | Slot)[] }
);

const ARGS_KEY = "args";

/** Whether an entry of the key can take devices. */
export function takesDevices(key: string): boolean {
  return key === ARGS_KEY || HOSTPCI_KEY.test(key);
}

/** What an entry takes; empty when it names no device. */
export function targetsOf(key: string, value: string): readonly EntryTarget[] {
  if (key === ARGS_KEY) {
    const { whole, parents } = vfioDevicesOf(value);
    return [
      ...(whole.length > 0 ? [{ mapping: null, addresses: whole, mdev: null }] : []),
      ...(parents.length > 0 ? [{ mapping: null, addresses: parents, mdev: "" }] : []),
    ];
  }
  const target = HOSTPCI_KEY.test(key) ? parseHostpci(value) : null;
  if (target === null) return [];
  const mdev = propertiesOf(value, "host").get("mdev") ?? null;
  return "mapping" in target
    ? [{ mapping: target.mapping, addresses: null, mdev }]
    : [{ mapping: null, addresses: target.addresses, mdev }];
}

/** Whether an entry takes a mediated device without saying to which device it belongs. */
export function isUntraceable(key: string, value: string): boolean {
  return key === ARGS_KEY && vfioDevicesOf(value).untraceable;
}

/** What a guest takes at its next start, in the order in which Proxmox reads its entries. */
export function nextTargets(guest: Guest): readonly { readonly key: string; readonly target: EntryTarget }[] {
  return guest.entries
    .toSorted((a, b) => entryOrder(a.key) - entryOrder(b.key))
    .flatMap((entry) => {
      const value = nextValue(entry);
      return value === null ? [] : targetsOf(entry.key, value).map((target) => ({ key: entry.key, target }));
    });
}

/** A number for sorting: hostpci0, hostpci1 … hostpci10, then args. */
export function entryOrder(key: string): number {
  return key === ARGS_KEY ? Number.MAX_SAFE_INTEGER : hostpciNumber(key);
}

/** The mappings that guests name, now or from their next start on, in alphabetical order. */
export function namedMappings(guests: readonly Guest[]): readonly string[] {
  const names = guests.flatMap(({ entries }) =>
    entries.flatMap(({ key, value, pending }) =>
      [value, pending].flatMap((text) =>
        text === null ? [] : targetsOf(key, text).flatMap(({ mapping }) => mapping ?? []),
      ),
    ),
  );
  return [...new Set(names)].sort();
}
