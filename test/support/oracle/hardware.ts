import type { RawPci } from "./cluster.ts";
import { byPath, place } from "./place.ts";

/** One function, read out of its record and nothing else. */
export interface Fn {
  node: string;
  path: string;
  domain: number;
  bus: number;
  slot: number;
  fn: number;
  /** Vendor and device, `10de:2204`. */
  id: string;
  vendor: string;
  subsystemId: string | null;
  group: number | null;
  class: string;
  name: string | null;
  subsystemName: string | null;
  mdev: boolean;
  physfn: string | null;
  virtfns: string[];
}

const hex = (text: string): string => text.toLowerCase().replace(/^0x/, "");

/** Vendor and device as `lspci` prints them: null when pci.ids knows neither. */
function fullName(vendor: string | null, device: string | null, number: string | undefined): string | null {
  if (vendor === null) return device;
  if (device !== null) return `${vendor} ${device}`;
  return number === undefined ? vendor : `${vendor} Device ${hex(number)}`;
}

/** Every function of a node, in the order of its address. Names stand in the records as they are to be shown. */
export function functionsOf(node: string, records: RawPci[]): Fn[] {
  const functions = records.map((record): Fn => {
    const { path, domain, bus, slot, fn } = place(record.id);
    const group = record.iommugroup ?? -1;
    const { subsystem_vendor: vendor, subsystem_device: model } = record;
    return {
      node,
      path,
      domain,
      bus,
      slot,
      fn: fn ?? 0,
      id: `${hex(record.vendor)}:${hex(record.device)}`,
      vendor: hex(record.vendor),
      subsystemId: vendor === undefined || model === undefined ? null : `${hex(vendor)}:${hex(model)}`,
      group: group < 0 ? null : group,
      class: hex(record.class),
      name: fullName(record.vendor_name ?? null, record.device_name ?? null, record.device),
      subsystemName: fullName(
        record.subsystem_vendor_name ?? null,
        record.subsystem_device_name ?? null,
        model,
      ),
      mdev: record.mdev === 1,
      physfn: record.physfn === undefined ? null : place(record.physfn).path,
      virtfns: Object.values(record.virtfns ?? {})
        .map((path) => place(path).path)
        .sort(byPath),
    };
  });
  return functions
    .filter((f, index) => functions.findIndex((other) => other.path === f.path) === index)
    .sort((a, b) => byPath(a.path, b.path));
}

export const sameSlot = (a: Fn, b: Fn): boolean =>
  a.domain === b.domain && a.bus === b.bus && a.slot === b.slot;

export const slotPath = (f: Fn): string => f.path.slice(0, f.path.lastIndexOf("."));

export const isDisplay = (f: Fn): boolean => f.class.startsWith("03");
export const isAccelerator = (f: Fn): boolean => f.class.startsWith("12");

/** A PCI or host bridge: nothing of the host's that Proxmox would bind to vfio-pci. */
export const isBridge = (f: Fn): boolean => ["0600", "0604", "0609"].includes(f.class.slice(0, 4));

/** Consoles that BMCs draw, by their ids. */
const BMC_IDS = [
  "102b:0522 102b:0530 102b:0532 102b:0533 102b:0534 102b:0536 102b:0538 102b:053a",
  "19e5:1711 18ca:0020 18ca:0021 18ca:0027 126f:0750 1002:515e 1002:5159 1002:4752",
].flatMap((line) => line.split(" "));
/** Vendors all of whose display adapters are a BMC's or emulated. */
const CONSOLE_VENDORS = ["1a03", "1234", "1af4", "15ad", "1b36", "1013"];
const EMULATED_IDS = ["80ee:beef", "1414:5353", "1ab8:4005", "1d0f:1111"];

/** BMC consoles and emulated adapters: nobody passes them through. */
const isConsole = (f: Fn): boolean =>
  CONSOLE_VENDORS.includes(f.vendor) ||
  BMC_IDS.includes(f.id) ||
  EMULATED_IDS.includes(f.id) ||
  (f.id === "10de:1fb0" && f.subsystemId === "10de:1485");

export const isGpu = (f: Fn): boolean =>
  (isDisplay(f) && !isConsole(f)) || (f.vendor === "1002" && f.class.startsWith("1200"));

/** A function that a passthrough unit can be built around. */
export const canLead = (f: Fn): boolean => (isDisplay(f) || isAccelerator(f)) && !isConsole(f);
