/**
 * The names of a cluster's devices. Every node takes them from its own pci.ids, and some nodes have newer ones. So one
 * node may know a name that another does not.
 */
import type { PciRecord } from "./device.ts";

/** What pci.ids says of a device or a subsystem: the name of the vendor and its own name. */
interface Names {
  vendor?: string;
  device?: string;
}

/** By the ids of device and vendor. Two look-ups with existing texts are much faster than making one new text of both. */
type ByIds<T> = Map<string, Map<string, T>>;

/**
 * What is known of a device, and of its subsystems. pci.ids names a subsystem for its device: with another device, the
 * same ids may be another board.
 */
interface Kind {
  readonly names: Names;
  readonly subsystems: ByIds<Names>;
}

/**
 * Fills gaps in the names from each node with the first name that any node knows. A name that a node knows stays as it
 * is.
 * @param answers the records of each node, in the nodes' order.
 */
export function fillNames(answers: readonly (readonly PciRecord[])[]): readonly (readonly PciRecord[])[] {
  if (answers.length < 2) return answers;
  const kinds: ByIds<Kind> = new Map();
  for (const records of answers) {
    for (const record of records) {
      const { names, subsystems } = entry(kinds, record.device, record.vendor, newKind);
      note(names, record.vendor_name, record.device_name);
      const { subsystem_vendor, subsystem_device } = record;
      if (subsystem_vendor === undefined || subsystem_device === undefined) continue;
      const subsystem = entry(subsystems, subsystem_device, subsystem_vendor, newNames);
      note(subsystem, record.subsystem_vendor_name, record.subsystem_device_name);
    }
  }
  return answers.map((records) => records.map((record) => filled(record, kinds)));
}

function entry<T>(table: ByIds<T>, device: string, vendor: string, make: () => T): T {
  const ofDevice = table.get(device) ?? new Map<string, T>();
  const before = ofDevice.get(vendor);
  if (before !== undefined) return before;
  const made = make();
  table.set(device, ofDevice.set(vendor, made));
  return made;
}

function newKind(): Kind {
  return { names: {}, subsystems: new Map() };
}

function newNames(): Names {
  return {};
}

function note(names: Names, vendor: Name, device: Name): void {
  if (names.vendor === undefined && isKnown(vendor)) names.vendor = vendor;
  if (names.device === undefined && isKnown(device)) names.device = device;
}

function filled(record: PciRecord, kinds: ByIds<Kind>): PciRecord {
  const { vendor_name, device_name, subsystem_vendor, subsystem_device } = record;
  const { subsystem_vendor_name, subsystem_device_name } = record;
  const lacks = !isKnown(vendor_name) || !isKnown(device_name);
  const hasSubsystem = subsystem_vendor !== undefined && subsystem_device !== undefined;
  const lacksSubsystem = hasSubsystem && (!isKnown(subsystem_vendor_name) || !isKnown(subsystem_device_name));
  if (!lacks && !lacksSubsystem) return record;
  const gaps: { -readonly [name in keyof PciRecord]?: PciRecord[name] } = {};
  const { names, subsystems } = entry(kinds, record.device, record.vendor, newKind);
  if (!isKnown(vendor_name) && names.vendor !== undefined) gaps.vendor_name = names.vendor;
  if (!isKnown(device_name) && names.device !== undefined) gaps.device_name = names.device;
  if (lacksSubsystem) {
    const { vendor, device } = entry(subsystems, subsystem_device, subsystem_vendor, newNames);
    if (!isKnown(subsystem_vendor_name) && vendor !== undefined) gaps.subsystem_vendor_name = vendor;
    if (!isKnown(subsystem_device_name) && device !== undefined) gaps.subsystem_device_name = device;
  }
  // Most missing names are known to no node: those records stay as they are.
  return Object.keys(gaps).length === 0 ? record : { ...record, ...gaps };
}

type Name = string | undefined;

function isKnown(name: Name): name is string {
  return name !== undefined && name !== "";
}
