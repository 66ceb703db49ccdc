/**
 * One line of a mapping: one device on one node, or several devices with `;` between them. Source: pve-guest-common
 * `src/PVE/Mapping/PCI.pm`, $map_fmt.
 */
import type { Address, Slot } from "./address.ts";
import { addressesOf, propertiesOf } from "./property-string.ts";

/** A line as written: case is kept, a group of -1 too; absent values are null. */
export interface MappingLine {
  readonly node: string;
  /** `0000:01:00`, `0000:01:00.0`, or several with `;` between them. */
  readonly path: string;
  /** The addresses in the path that can be parsed. */
  readonly addresses: readonly (Address | Slot)[];
  readonly id: string | null;
  readonly subsystemId: string | null;
  readonly iommuGroup: number | null;
  /** Decoded. */
  readonly comment: string | null;
}

/** Parses `id=10de:2204,node=pve1,path=0000:01:00,…`; null when it has no node or no path. */
export function parseMappingLine(line: string): MappingLine | null {
  const properties = propertiesOf(line, "");
  const node = properties.get("node");
  const path = properties.get("path");
  if (node === undefined || path === undefined) return null;
  const group = properties.get("iommugroup");
  const comment = properties.get("description");
  return {
    node,
    path,
    addresses: addressesOf(path),
    id: properties.get("id") ?? null,
    subsystemId: properties.get("subsystem-id") ?? null,
    iommuGroup: group === undefined || !/^-?\d+$/.test(group) ? null : Number(group),
    comment: comment === undefined ? null : decoded(comment),
  };
}

/** Parses the lines of a mapping; those without node or path are skipped. */
export function parseMappingLines(lines: readonly string[]): readonly MappingLine[] {
  return lines.map(parseMappingLine).filter((line) => line !== null);
}

/** An id of a line as devices have it: in lower case, without `0x`, which Proxmox ignores and bpg refuses. */
export function bareId(id: string | null): string | null {
  return id?.toLowerCase().replaceAll("0x", "") ?? null;
}

/** Proxmox percent-encodes descriptions. One that is not encoded properly stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
