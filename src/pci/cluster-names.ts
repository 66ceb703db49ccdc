/**
 * The names of a cluster's devices. Every node names them from its own pci.ids, and nodes are not of one age: what one
 * does not know another may.
 */
import type { PciRecord } from "./device.ts";

/** What pci.ids says of a device or of a subsystem: the vendor's name and its own. */
interface Names {
  vendor?: string;
  device?: string;
}

/**
 * Fills the gaps in the names that the nodes give: with the first name that any of them knows. A name that a node knows
 * stays as it is.
 * @param answers the records of each node, in the nodes' order.
 */
export function fillNames(answers: readonly (readonly PciRecord[])[]): readonly (readonly PciRecord[])[] {
  if (answers.length < 2) return answers;
  const devices = new Map<string, Names>();
  const subsystems = new Map<string, Names>();
  for (const records of answers) {
    for (const record of records) {
      note(devices, deviceKey(record), record.vendor_name, record.device_name);
      const subsystem = subsystemKey(record);
      if (subsystem === null) continue;
      note(subsystems, subsystem, record.subsystem_vendor_name, record.subsystem_device_name);
    }
  }
  return answers.map((records) => records.map((record) => filled(record, devices, subsystems)));
}

function note(known: Map<string, Names>, key: string, vendor: Name, device: Name): void {
  const names = known.get(key);
  if (names === undefined) {
    known.set(key, { ...(isKnown(vendor) && { vendor }), ...(isKnown(device) && { device }) });
    return;
  }
  if (names.vendor === undefined && isKnown(vendor)) names.vendor = vendor;
  if (names.device === undefined && isKnown(device)) names.device = device;
}

function filled(
  record: PciRecord,
  devices: ReadonlyMap<string, Names>,
  subsystems: ReadonlyMap<string, Names>,
): PciRecord {
  const { vendor_name, device_name, subsystem_vendor_name, subsystem_device_name } = record;
  const gaps: { -readonly [name in keyof PciRecord]?: PciRecord[name] } = {};
  if (!isKnown(vendor_name) || !isKnown(device_name)) {
    const names = devices.get(deviceKey(record));
    if (!isKnown(vendor_name) && names?.vendor !== undefined) gaps.vendor_name = names.vendor;
    if (!isKnown(device_name) && names?.device !== undefined) gaps.device_name = names.device;
  }
  const subsystem = subsystemKey(record);
  if (subsystem !== null && (!isKnown(subsystem_vendor_name) || !isKnown(subsystem_device_name))) {
    const names = subsystems.get(subsystem);
    if (!isKnown(subsystem_vendor_name) && names?.vendor !== undefined) {
      gaps.subsystem_vendor_name = names.vendor;
    }
    if (!isKnown(subsystem_device_name) && names?.device !== undefined) {
      gaps.subsystem_device_name = names.device;
    }
  }
  // Most names that are missing no node knows: those records stay as they are.
  return Object.keys(gaps).length === 0 ? record : { ...record, ...gaps };
}

type Name = string | undefined;

function isKnown(name: Name): name is string {
  return name !== undefined && name !== "";
}

function deviceKey({ vendor, device }: PciRecord): string {
  return `${vendor}:${device}`;
}

/** pci.ids names a subsystem for the device that bears it: the same ids may be another board's elsewhere. */
function subsystemKey(record: PciRecord): string | null {
  const { subsystem_vendor, subsystem_device } = record;
  if (subsystem_vendor === undefined || subsystem_device === undefined) return null;
  return `${deviceKey(record)}:${subsystem_vendor}:${subsystem_device}`;
}
