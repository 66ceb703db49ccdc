/** Nodes, mappings and what the settlement says of them, in few words. */
import { formatAddress } from "../../../src/pci/address.ts";
import type { Host } from "../../../src/pci/host.ts";
import { parseMappingLines } from "../../../src/pci/mapping-line.ts";
import { type NodeMapping, type Settlement, settle } from "../../../src/pci/settlement.ts";
import { host, type Traits } from "../support/hardware.ts";

/** A kind of function: what its record has, and what a line for it has to say. */
export interface Kind {
  readonly traits: Traits;
  readonly ids: string;
}

export function kind(id: string, subsystem: string, classCode: string): Kind {
  const [vendor, device] = id.split(":");
  const [subsystemVendor, subsystemDevice] = subsystem.split(":");
  return {
    traits: {
      class: `0x${classCode}`,
      vendor: `0x${vendor}`,
      device: `0x${device}`,
      subsystem_vendor: `0x${subsystemVendor}`,
      subsystem_device: `0x${subsystemDevice}`,
    },
    ids: `id=${id},subsystem-id=${subsystem}`,
  };
}

export const GPU = kind("10de:2204", "1462:3884", "030000");
export const SOUND = kind("10de:1aef", "1462:3884", "040300");
export const OTHER_GPU = kind("10de:2684", "1043:889d", "030000");
export const RADEON = kind("1002:744c", "1eae:7901", "030000");
export const NVME = kind("144d:a80a", "144d:a801", "010802");
export const NIC = kind("8086:15f3", "8086:0000", "020000");

/** A node: kinds by address, the group of each being the number of its bus unless its traits say otherwise. */
export function node(
  functions: { readonly [address: string]: Kind | Traits },
  options: { readonly reports?: boolean } = {},
): Host {
  const traits = Object.entries(functions).map(([address, one]) => [
    address,
    { iommugroup: busOf(address), ...("ids" in one ? (one as Kind).traits : one) },
  ]);
  return host(Object.fromEntries(traits) as { readonly [id: string]: Traits }, options);
}

/** A line as Proxmox writes it, in the group of its bus. */
export function line(path: string, { ids }: Kind, more = ""): string {
  return `${ids},iommugroup=${busOf(path)},node=pve1,path=${path}${more}`;
}

export function mappings(lines: { readonly [name: string]: readonly string[] }): readonly NodeMapping[] {
  return Object.entries(lines).map(([name, some]) => ({
    name,
    mediatedDevices: false,
    lines: parseMappingLines(some),
  }));
}

export interface Said {
  /** By mapping: the paths suggested, or null. */
  readonly suggested: { readonly [name: string]: readonly string[] | null };
  /** By mapping: what its lines cover. */
  readonly covered: { readonly [name: string]: readonly string[] };
  /** By mapping: what is decided about each address. */
  readonly decided: { readonly [name: string]: readonly string[] };
}

export function said(on: Host, lines: { readonly [name: string]: readonly string[] }): Said {
  const some = mappings(lines);
  const settlement = settle(on, some);
  const byName = <T>(of: (mapping: NodeMapping) => T) =>
    Object.fromEntries(some.map((mapping) => [mapping.name, of(mapping)]));
  return {
    suggested: byName(({ name }) => settlement.suggestionOf(name)?.map(({ path }) => path) ?? null),
    covered: byName((mapping) =>
      mapping.lines.flatMap((one) => settlement.coverageOf(one).map(formatAddress)),
    ),
    decided: byName((mapping) => mapping.lines.flatMap((one) => decisions(settlement, one))),
  };
}

function decisions(settlement: Settlement, one: NodeMapping["lines"][number]): readonly string[] {
  return settlement
    .decisionsOf(one)
    .map(({ decision }) =>
      decision.kind === "unknown" || decision.kind === "left-out"
        ? `${decision.kind}: ${decision.reason}`
        : decision.kind,
    );
}

function busOf(address: string): number {
  return Number.parseInt(/(?:^|:)([0-9a-f]{2}):[0-9a-f]{2}(?:\.|;|$)/i.exec(address)?.[1] ?? "0", 16);
}
