import { type Cluster, type Mapping, nodeOf, type PciDevice } from "./cluster.ts";
import type { Json } from "./json.ts";
import { nodeParameter } from "./parameters.ts";
import { type PropertyFormat, parsePropertyString, propertyStringProblem } from "./property-string.ts";
import type { Capabilities } from "./version.ts";

/** One line of a mapping, as written. */
export interface MappingEntry {
  readonly node: string;
  /** Vendor and device, `10de:2204`. */
  readonly id: string;
  /** One address, or several joined by `;`. */
  readonly path: string;
  readonly iommugroup?: string;
  readonly "subsystem-id"?: string;
  readonly description?: string;
}

/** The mapping's lines for one node. A line that Proxmox cannot read counts as none. */
export function entriesOfNode(mapping: Mapping, node: string): MappingEntry[] {
  return mapping.map.map(parseEntry).filter((entry): entry is MappingEntry => entry?.node === node);
}

const ADDRESS = "[a-f0-9]{4,}:[a-f0-9]{2}:[a-f0-9]{2}(?:.[a-f0-9])?";
const ID_PATTERN = "[0-9A-Fa-f]{4}:[0-9A-Fa-f]{4}";

/** What a line consists of: `$map_fmt` of `Mapping/PCI.pm`. */
export const mappingEntryFormat: PropertyFormat = {
  node: nodeParameter,
  id: { type: "string", pattern: ID_PATTERN },
  path: { type: "string", pattern: `(?:${ADDRESS};)*${ADDRESS}` },
  iommugroup: { type: "integer", optional: true },
  "subsystem-id": { type: "string", pattern: ID_PATTERN, optional: true },
  description: { type: "string", maxLength: 4096, optional: true },
};

/** Reads one line of a mapping; null when Proxmox would not take it for one. */
export function parseEntry(line: string): MappingEntry | null {
  if (propertyStringProblem(mappingEntryFormat, line, "") !== null) return null;
  return Object.fromEntries(parsePropertyString(mappingEntryFormat, line, "")) as unknown as MappingEntry;
}

/**
 * What is wrong with a line, in Proxmox's words and in its order; null when a guest could start with it. Follows
 * `assert_valid` of pve-guest-common's `Mapping/PCI.pm`: each address in turn, its properties by name, the first
 * failure wins. The IOMMU group is compared for the first address only.
 */
export function checkEntry(
  cluster: Cluster,
  release: Capabilities,
  name: string,
  entry: MappingEntry,
): string | null {
  const node = nodeOf(cluster, entry.node);
  const flag = cluster.mappings.get(name)?.mdev ?? 0;
  for (const [index, written] of entry.path.split(";").entries()) {
    const path = /\.[a-f0-9]/i.test(written) ? written : `${written}.0`;
    const device = node.hardware.find((candidate) => candidate.id === path);
    if (device === undefined) return `pci device '${path}' not found\n`;
    const problem = compare(
      name,
      path,
      expectedOf(device, release),
      configuredOf(entry, flag, release),
      index > 0,
    );
    if (problem !== null) return release.strictMappingCheck ? problem : inOlderWords(problem);
  }
  return null;
}

type Properties = Readonly<Record<string, string | undefined>>;

function expectedOf(device: PciDevice, release: Capabilities): Properties {
  const vendor = device["subsystem_vendor"];
  const subsystem = device["subsystem_device"];
  return {
    id: `${device.vendor}:${device.device}`,
    iommugroup: device.iommugroup < 0 ? undefined : String(device.iommugroup),
    ...(release.mdevCheck ? { mdev: offersMediated(device, release) ? "1" : "0" } : {}),
    ...subsystemOf(vendor, subsystem, release),
  };
}

/** Without a subsystem releases before 8.2.3 compare none, later ones expect that none is written. */
function subsystemOf(
  vendor: Json | undefined,
  subsystem: Json | undefined,
  release: Capabilities,
): Properties {
  const known = typeof vendor === "string" && typeof subsystem === "string";
  if (!known && !release.strictMappingCheck) return {};
  return { "subsystem-id": known ? `${vendor}:${subsystem}` : undefined };
}

function configuredOf(entry: MappingEntry, flag: 0 | 1, release: Capabilities): Properties {
  return {
    id: entry.id,
    iommugroup: entry.iommugroup,
    ...(release.mdevCheck ? { mdev: String(flag) } : {}),
    "subsystem-id": entry["subsystem-id"],
  };
}

function compare(
  name: string,
  path: string,
  expected: Properties,
  configured: Properties,
  further: boolean,
): string | null {
  for (const property of Object.keys(expected).toSorted()) {
    if (property === "iommugroup" && further) continue;
    const wanted = expected[property]?.replaceAll("0x", "");
    const written = configured[property]?.replaceAll("0x", "");
    if (wanted === undefined && written === undefined) continue;
    if (written === undefined) return `missing expected property '${property}' for device '${path}'\n`;
    if (wanted === undefined) return `unexpected property '${property}' configured for device '${path}'\n`;
    if (wanted !== written) return `'${property}' does not match for '${name}' (${wanted} != ${written})\n`;
  }
  return null;
}

/** How releases before 8.2.3 said the same. */
const inOlderWords = (problem: string): string =>
  problem
    .replace(/^missing expected property ('.*?')/, "no $1")
    .replace(/^unexpected property ('.*?') configured for device .*/, "$1 configured but should not be");

/** Whether a release takes a device for one that makes mediated devices. */
export const offersMediated = (device: PciDevice, release: Capabilities): boolean =>
  device["mdev"] === 1 && (device["nvidia"] !== 1 || release.nvidiaInterface);
