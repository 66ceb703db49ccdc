/**
 * Compares a line of a mapping with the hardware, as Proxmox does when a guest starts. Proxmox stops at the first
 * difference; this finds all of them, in Proxmox's order and words. Source: pve-guest-common `src/PVE/Mapping/PCI.pm`,
 * assert_valid.
 */
import { slotKey } from "./address.ts";
import type { PciDevice } from "./device.ts";
import type { Host } from "./host.ts";
import type { MappingLine } from "./mapping-line.ts";
import { addressesOf } from "./property-string.ts";

export type MappingProperty = "path" | "id" | "iommu_group" | "mediated_devices" | "subsystem_id";

export interface MappingProblem {
  /** One address of the line, as written. */
  readonly path: string;
  readonly property: MappingProperty;
  /** What the mapping says; null when it says nothing. */
  readonly configured: string | null;
  /** What the hardware has; null when it has nothing. */
  readonly actual: string | null;
  /** Proxmox's message when a guest starts. */
  readonly message: string;
}

/** What one release of Proxmox compares, and in which words. */
export interface MappingCheck {
  /** Whether the mapping's flag for mediated devices is compared with the device. */
  readonly comparesMediatedDevices: boolean;
  /**
   * Whether a line with a subsystem is refused where the hardware has none. It also decides the words for what is missing.
   */
  readonly comparesAllProperties: boolean;
}

/** From Proxmox VE 8.4 on. */
export const CURRENT_CHECK: MappingCheck = { comparesMediatedDevices: true, comparesAllProperties: true };
/** From 8.2.3 on: pve-guest-common 5.1.4. */
export const CHECK_BEFORE_8_4: MappingCheck = { comparesMediatedDevices: false, comparesAllProperties: true };
/** From 8.0 on, the first version with mappings. */
export const CHECK_BEFORE_8_2_3: MappingCheck = {
  comparesMediatedDevices: false,
  comparesAllProperties: false,
};

/** One property as the mapping and the hardware have it, with its names in Proxmox and in this provider. */
interface Comparison {
  readonly property: MappingProperty;
  readonly proxmoxName: string;
  readonly configured: string | null;
  readonly actual: string | null;
}

/**
 * All differences between a line and the hardware of its node.
 * @param name the mapping's name, which messages contain.
 * @param mediatedDevices the mapping's flag.
 * @param check what the node's own Proxmox compares.
 */
export function mappingProblems(
  name: string,
  mediatedDevices: boolean,
  line: MappingLine,
  host: Host,
  check: MappingCheck,
): readonly MappingProblem[] {
  return line.path.split(";").flatMap((path, index) => {
    const checked = checkedPath(path);
    const device = deviceAt(host, checked);
    if (device === undefined) {
      const message = `pci device '${checked}' not found`;
      return [{ path, property: "path" as const, configured: path, actual: null, message }];
    }
    return comparisonsOf(mediatedDevices, line, device).flatMap((comparison) => {
      const { property, configured, actual } = comparison;
      // Proxmox only looks at the group of the first address.
      if (property === "iommu_group" && index > 0) return [];
      if (!isCompared(comparison, check)) return [];
      const message = mismatchOf(name, checked, comparison, check);
      if (message === null) return [];
      return [
        {
          path,
          property,
          configured: worded(property, configured),
          actual: worded(property, actual),
          message,
        },
      ];
    });
  });
}

/** The device at an address of a line; for a whole card, its function .0. Proxmox compares the texts. */
export function deviceAt(host: Host, path: string): PciDevice | undefined {
  const checked = checkedPath(path);
  const [address] = addressesOf(checked);
  if (address === undefined) return undefined;
  return host.bySlot.get(slotKey(address))?.find((device) => device.path === checked);
}

/** Whether an address of a line, as written, has no function and so means the whole slot. */
export function isWholeCard(path: string): boolean {
  return !/\.[a-f0-9]$/i.test(path);
}

function checkedPath(path: string): string {
  return isWholeCard(path) ? `${path}.0` : path;
}

/** What is compared, in Proxmox's order. */
function comparisonsOf(
  mediatedDevices: boolean,
  line: MappingLine,
  device: PciDevice,
): readonly Comparison[] {
  return [
    { property: "id", proxmoxName: "id", configured: line.id, actual: device.id },
    {
      property: "iommu_group",
      proxmoxName: "iommugroup",
      configured: numberText(line.iommuGroup),
      actual: numberText(device.iommuGroup),
    },
    {
      property: "mediated_devices",
      proxmoxName: "mdev",
      configured: mediatedDevices ? "1" : "0",
      actual: device.mdev ? "1" : "0",
    },
    {
      property: "subsystem_id",
      proxmoxName: "subsystem-id",
      configured: line.subsystemId,
      actual: device.subsystemId,
    },
  ];
}

/** Before 8.2.3 Proxmox compared a subsystem only where the hardware has one. */
function isCompared({ property, actual }: Comparison, check: MappingCheck): boolean {
  if (property === "mediated_devices") return check.comparesMediatedDevices;
  return property !== "subsystem_id" || actual !== null || check.comparesAllProperties;
}

function numberText(number: number | null): string | null {
  return number === null ? null : String(number);
}

/** Proxmox's message about a property that differs; null when it does not. */
function mismatchOf(
  name: string,
  path: string,
  { proxmoxName, configured, actual }: Comparison,
  { comparesAllProperties }: MappingCheck,
): string | null {
  const written = configured?.replaceAll("0x", "") ?? null;
  if (written === actual) return null;
  if (written === null) {
    return comparesAllProperties
      ? `missing expected property '${proxmoxName}' for device '${path}'`
      : `no '${proxmoxName}' for device '${path}'`;
  }
  if (actual === null) {
    return comparesAllProperties
      ? `unexpected property '${proxmoxName}' configured for device '${path}'`
      : `'${proxmoxName}' configured but should not be`;
  }
  return `'${proxmoxName}' does not match for '${name}' (${actual} != ${written})`;
}

function worded(property: MappingProperty, value: string | null): string | null {
  if (property !== "mediated_devices" || value === null) return value;
  return value === "1" ? "true" : "false";
}
