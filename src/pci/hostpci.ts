/**
 * The `hostpciN` entries of guests and the lines of mappings, as far as they say which devices are meant.
 * Source: qemu-server `src/PVE/QemuServer/PCI.pm`, $hostpci_fmt; pve-guest-common `src/PVE/Mapping/PCI.pm`.
 */
import { type Address, parseAddress, type Slot } from "./address.ts";
import { PciFormatError } from "./format-error.ts";

/** What one `hostpciN` takes: a mapping, or addresses as written in it. */
export type HostpciTarget =
  | { readonly mapping: string }
  | { readonly addresses: readonly (Address | Slot)[] };

/** The keys that stand for a device of a guest. */
export const HOSTPCI_KEY = /^hostpci(\d+)$/;

/** Reads `0000:01:00,pcie=1`, `host=01:00.0;01:00.1` or `mapping=NAME,mdev=…`; null where it names no device. */
export function parseHostpci(value: string): HostpciTarget | null {
  const properties = propertiesOf(value, "host");
  const mapping = properties.get("mapping");
  if (mapping !== undefined) return { mapping };
  const host = properties.get("host");
  return host === undefined ? null : { addresses: addressesOf(host) };
}

/** One line of a mapping. */
export interface MappingLine {
  readonly node: string;
  readonly addresses: readonly (Address | Slot)[];
}

/** Reads `id=10de:2204,node=pve1,path=0000:01:00,…`; null where it names no node or no path. */
export function parseMappingLine(line: string): MappingLine | null {
  const properties = propertiesOf(line, "");
  const node = properties.get("node");
  const path = properties.get("path");
  return node === undefined || path === undefined ? null : { node, addresses: addressesOf(path) };
}

/** A property string: `key=value` with commas between, one of them perhaps without its key. */
function propertiesOf(text: string, defaultKey: string): ReadonlyMap<string, string> {
  return new Map(
    text.split(",").map((part) => {
      const equals = part.indexOf("=");
      return equals === -1
        ? [defaultKey, part.trim()]
        : [part.slice(0, equals).trim(), part.slice(equals + 1).trim()];
    }),
  );
}

/** The addresses that can be read; what Proxmox itself would not take for one covers nothing. */
function addressesOf(text: string): readonly (Address | Slot)[] {
  return text.split(";").flatMap((part) => {
    try {
      return [parseAddress(part.trim())];
    } catch (error) {
      if (error instanceof PciFormatError) return [];
      throw error;
    }
  });
}
