import type { RawPci } from "./cluster.ts";

/** One function, read out of its record and nothing else. */
export interface Fn {
  node: string;
  path: string;
  domain: number;
  bus: number;
  slot: number;
  fn: number;
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

/** A path as this provider writes it, with the four numbers that it orders by. `fn` is null for a slot. */
export function place(text: string): {
  path: string;
  domain: number;
  bus: number;
  slot: number;
  fn: number | null;
} {
  const found = /^(?:([0-9a-f]+):)?([0-9a-f]+):([0-9a-f]+)(?:\.([0-9a-f]))?$/.exec(text.toLowerCase());
  if (found === null) {
    throw new Error(`not an address: ${text}`);
  }
  const domain = Number.parseInt(found[1] ?? "0", 16);
  const bus = Number.parseInt(found[2] ?? "", 16);
  const slot = Number.parseInt(found[3] ?? "", 16);
  const fn = found[4] === undefined ? null : Number.parseInt(found[4], 16);
  const pad = (n: number, width: number): string => n.toString(16).padStart(width, "0");
  const tail = fn === null ? "" : `.${fn.toString(16)}`;
  return { path: `${pad(domain, 4)}:${pad(bus, 2)}:${pad(slot, 2)}${tail}`, domain, bus, slot, fn };
}

/** UTF-8 that was taken for Latin-1 and encoded again is put right; every other text stays. */
function repaired(text: string): string {
  const bytes: number[] = [];
  let high = false;
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (code > 0xff) {
      return text;
    }
    high = high || code > 0x7f;
    bytes.push(code);
  }
  if (!high) {
    return text;
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(Uint8Array.from(bytes));
  } catch {
    return text;
  }
}

const known = (name: string | undefined): string | null =>
  name === undefined || name === "" ? null : repaired(name);

/** Vendor and device as `lspci` prints them: null when pci.ids knows neither. */
function fullName(vendor: string | null, device: string | null, number: string | undefined): string | null {
  if (vendor === null) {
    return device;
  }
  if (device === null) {
    return number === undefined ? vendor : `${vendor} Device ${hex(number)}`;
  }
  return `${vendor} ${device}`;
}

/** The listings of all nodes, each name that is missing taken from the first record that has it for the same ids. */
export function withNamesOf(listings: RawPci[][]): RawPci[][] {
  const all = listings.flat();
  const same = (a: RawPci, b: RawPci): boolean => a.vendor === b.vendor && a.device === b.device;
  const sameBoard = (a: RawPci, b: RawPci): boolean =>
    same(a, b) &&
    a.subsystem_vendor !== undefined &&
    a.subsystem_device !== undefined &&
    a.subsystem_vendor === b.subsystem_vendor &&
    a.subsystem_device === b.subsystem_device;
  return listings.length < 2
    ? listings
    : listings.map((records) =>
        records.map((record) => {
          const twins = all.filter((other) => same(other, record));
          const boards = all.filter((other) => sameBoard(other, record));
          const filled: RawPci = { ...record };
          filled.vendor_name ||= twins.find((other) => other.vendor_name)?.vendor_name ?? "";
          filled.device_name ||= twins.find((other) => other.device_name)?.device_name ?? "";
          filled.subsystem_vendor_name ||=
            boards.find((o) => o.subsystem_vendor_name)?.subsystem_vendor_name ?? "";
          filled.subsystem_device_name ||=
            boards.find((o) => o.subsystem_device_name)?.subsystem_device_name ?? "";
          return filled;
        }),
      );
}

/** Every function of a node, in the order of its address. */
export function functionsOf(node: string, records: RawPci[]): Fn[] {
  const functions = records.map((record): Fn => {
    const { path, domain, bus, slot, fn } = place(record.id);
    const group = record.iommugroup;
    const both = record.subsystem_vendor !== undefined && record.subsystem_device !== undefined;
    return {
      node,
      path,
      domain,
      bus,
      slot,
      fn: fn ?? 0,
      id: `${hex(record.vendor)}:${hex(record.device)}`,
      vendor: hex(record.vendor),
      subsystemId: both
        ? `${hex(record.subsystem_vendor ?? "")}:${hex(record.subsystem_device ?? "")}`
        : null,
      group: group === undefined || group < 0 ? null : group,
      class: hex(record.class),
      name: fullName(known(record.vendor_name), known(record.device_name), record.device),
      subsystemName: fullName(
        known(record.subsystem_vendor_name),
        known(record.subsystem_device_name),
        record.subsystem_device,
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

/** Addresses in the order of their numbers, not of their digits. */
export function byPath(a: string, b: string): number {
  const x = place(a);
  const y = place(b);
  return x.domain - y.domain || x.bus - y.bus || x.slot - y.slot || (x.fn ?? -1) - (y.fn ?? -1);
}

export const sameSlot = (a: Fn, b: Fn): boolean =>
  a.domain === b.domain && a.bus === b.bus && a.slot === b.slot;

export const slotPath = (f: Fn): string => f.path.slice(0, f.path.lastIndexOf("."));

export const isDisplay = (f: Fn): boolean => f.class.startsWith("03");
export const isAccelerator = (f: Fn): boolean => f.class.startsWith("12");

const CONSOLES =
  "102b:0522 102b:0530 102b:0532 102b:0533 102b:0534 102b:0536 102b:0538 102b:053a 19e5:1711 18ca:0020 18ca:0021 " +
  "18ca:0027 126f:0750 1002:515e 1002:5159 1002:4752 80ee:beef 1414:5353 1ab8:4005 1d0f:1111";

/** BMC consoles and emulated adapters: nobody passes them through. */
export function isConsole(f: Fn): boolean {
  const dgx = f.id === "10de:1fb0" && f.subsystemId === "10de:1485";
  return (
    dgx || CONSOLES.includes(f.id) || ["1a03", "1234", "1af4", "15ad", "1b36", "1013"].includes(f.vendor)
  );
}

export const isGpu = (f: Fn): boolean =>
  (isDisplay(f) && !isConsole(f)) || (f.vendor === "1002" && f.class.startsWith("1200"));

/** A function that a passthrough unit can be built around. */
export const canLead = (f: Fn): boolean => (isDisplay(f) || isAccelerator(f)) && !isConsole(f);
