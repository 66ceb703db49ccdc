import type { RawPci } from "./cluster.ts";

/** One line of a mapping, by the names of Proxmox's own configuration. */
export interface MappingLine {
  path: string;
  id: string;
  iommugroup?: number | string | null;
  "subsystem-id"?: string | null;
}

const bare = (value: string): string => value.replaceAll("0x", "");

/**
 * The check that Proxmox makes of one line of a mapping when a guest starts: every address in turn, of each
 * its properties in the order of their names; the first that fails ends it.
 *
 * @param name the mapping's name, for the message.
 * @param mdev whether the mapping is marked for mediated devices.
 * @param hardware what the line's node reports of itself.
 * @returns the message of the first failure, in Proxmox's words, or null when the guest would start.
 */
export function mappingFailure(
  name: string,
  mdev: boolean,
  line: MappingLine,
  hardware: RawPci[],
): string | null {
  for (const [index, written] of line.path.split(";").entries()) {
    const path = /\.[a-f0-9]$/i.test(written) ? written : `${written}.0`;
    const device = hardware.find((record) => record.id === path);
    if (device === undefined) {
      return `pci device '${path}' not found`;
    }
    const { subsystem_vendor: vendor, subsystem_device: model } = device;
    const group = device.iommugroup ?? -1;
    const properties: { property: string; expected: string | null; configured: string | null }[] = [
      { property: "id", expected: `${device.vendor}:${device.device}`, configured: line.id },
      {
        property: "iommugroup",
        expected: group === -1 ? null : String(group),
        configured: line.iommugroup === undefined || line.iommugroup === null ? null : `${line.iommugroup}`,
      },
      { property: "mdev", expected: device.mdev === 1 ? "1" : "0", configured: mdev ? "1" : "0" },
      {
        property: "subsystem-id",
        expected: vendor === undefined || model === undefined ? null : `${vendor}:${model}`,
        configured: line["subsystem-id"] ?? null,
      },
    ];
    for (const { property, expected, configured } of properties) {
      if (property === "iommugroup" && index > 0) {
        continue;
      }
      if (expected !== null && configured === null) {
        return `missing expected property '${property}' for device '${path}'`;
      }
      if (expected === null && configured !== null) {
        return `unexpected property '${property}' configured for device '${path}'`;
      }
      if (expected !== null && configured !== null && bare(expected) !== bare(configured)) {
        return `'${property}' does not match for '${name}' (${bare(expected)} != ${bare(configured)})`;
      }
    }
  }
  return null;
}
