import type { Guest } from "../../../src/pci/guest.ts";
import type { Host } from "../../../src/pci/host.ts";
import { parseMappingLines } from "../../../src/pci/mapping-line.ts";
import { Coverage } from "../../../src/pci/usage/coverage.ts";

/** An entry: its key, what it is now, what it is to be, and whether it is to be removed. */
export type Entry = readonly [key: string, value: string | null, pending?: string | null, deleted?: boolean];

/** A machine of pve1 with the given entries; the one with the number 101 has no name. */
export function guest(
  vmid: number,
  entries: readonly Entry[],
  { node = "pve1", type = "qemu", template = false, running = false } = {},
): Guest {
  return {
    vmid,
    type,
    node,
    name: vmid === 101 ? null : `guest-${vmid}`,
    template,
    running,
    entries: entries.map(([key, value, pending = null, deleted = false]) => ({
      key,
      value,
      pending,
      deleted,
    })),
  };
}

/** What mappings cover, by name; each line begins with its node: `pve1,path=0000:01:00,id=…`. */
export function coverageOf(
  lines: { readonly [name: string]: readonly string[] },
  hosts: readonly Host[] = [],
): Coverage {
  const mappings = Object.entries(lines).map(([name, texts]) => ({
    name,
    mediatedDevices: false,
    lines: parseMappingLines(texts.map((text) => `node=${text}`)),
  }));
  return new Coverage(mappings, hosts);
}
