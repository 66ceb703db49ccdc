/**
 * The `hostpciN` entries of guests: which devices they mean. Source: qemu-server `src/PVE/QemuServer/PCI.pm`,
 * $hostpci_fmt.
 */
import type { Address, Slot } from "./address.ts";
import { PciFormatError } from "./format-error.ts";
import { addressesOf, propertiesOf } from "./property-string.ts";

/** What one `hostpciN` takes: a mapping, or addresses as written in it. */
export type HostpciTarget =
  | { readonly mapping: string }
  | { readonly addresses: readonly (Address | Slot)[] };

/** hostpci0 … hostpci15. Source: MAX_HOSTPCI_DEVICES there. */
export const MAX_HOSTPCI = 16;

/**
 * Accepts the name of a type of mediated devices.
 * @throws PciFormatError for what Proxmox refuses.
 */
export function parseMdevType(text: string): string {
  if (/^[^/.:,]+$/.test(text)) return text;
  throw new PciFormatError(
    `"${text}" cannot be the type of a mediated device: types look like "nvidia-259", without "/", ".", ":" and ",".`,
  );
}

/**
 * Accepts the path of a ROM file below /usr/share/kvm.
 * @throws PciFormatError for what Proxmox cannot find there.
 */
export function parseRomFile(text: string): string {
  if (/^[^/,;][^,;]*$/.test(text)) return text;
  throw new PciFormatError(
    `"${text}" cannot be a ROM file: write its path below /usr/share/kvm of the node, such as "vbios.rom", without "," and ";".`,
  );
}

/** The keys of a guest's PCI devices. */
export const HOSTPCI_KEY = /^hostpci(\d+)$/;

/** The number of an entry, 10 for `hostpci10`. Entries are sorted by it, not as texts. */
export function hostpciNumber(key: string): number {
  return Number(HOSTPCI_KEY.exec(key)?.[1] ?? 0);
}

/** Parses `0000:01:00,pcie=1`, `host=01:00.0;01:00.1` or `mapping=NAME,mdev=…`; null when it names no device. */
export function parseHostpci(value: string): HostpciTarget | null {
  const properties = propertiesOf(value, "host");
  const mapping = properties.get("mapping");
  if (mapping !== undefined) return { mapping };
  const host = properties.get("host");
  return host === undefined ? null : { addresses: addressesOf(host) };
}
