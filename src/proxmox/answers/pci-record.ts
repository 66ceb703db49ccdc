/** `GET /nodes/{node}/hardware/pci`: one record a PCI function. Source: pve-common `src/PVE/SysFSTools.pm`, `lspci`. */
import type { PciRecord } from "../../pci/device.ts";
import {
  distinct,
  elements,
  type Found,
  flag,
  integer,
  member,
  members,
  mismatch,
  text,
  unmendedLabel,
} from "./decode.ts";

export type { PciRecord };

/** More than any host has, thousands of virtual functions included; each becomes several objects in the results. */
const MAX_FUNCTIONS = 8_192;

/** Reads the list; of an address that is listed twice the first device counts. @throws Problem */
export function decodePciRecords(data: Found): readonly PciRecord[] {
  const readers = { classCode: once(hex(6)), word: once(hex(4)), name: once(unmendedLabel) };
  const list = elements(data);
  if (list.length > MAX_FUNCTIONS) {
    throw mismatch(data, `a list of ${MAX_FUNCTIONS} PCI functions at most`);
  }
  const records = list.map((found) => decodePciRecord(found, readers));
  return distinct(records, ({ id }) => id);
}

type Reader<T> = (found: Found) => T;

/** Readers of what many functions have in common. */
interface Readers {
  readonly classCode: Reader<string>;
  readonly word: Reader<string>;
  readonly name: Reader<string>;
}

function decodePciRecord(found: Found, { classCode, word, name }: Readers): PciRecord {
  return {
    id: address(member(found, "id")),
    class: classCode(member(found, "class")),
    vendor: word(member(found, "vendor")),
    device: word(member(found, "device")),
    iommugroup: optional(member(found, "iommugroup"), integer),
    mdev: optional(member(found, "mdev"), flag),
    nvidia: optional(member(found, "nvidia"), flag),
    vendor_name: optional(member(found, "vendor_name"), name),
    device_name: optional(member(found, "device_name"), name),
    subsystem_vendor: optional(member(found, "subsystem_vendor"), word),
    subsystem_device: optional(member(found, "subsystem_device"), word),
    subsystem_vendor_name: optional(member(found, "subsystem_vendor_name"), name),
    subsystem_device_name: optional(member(found, "subsystem_device_name"), name),
    physfn: optional(member(found, "physfn"), address),
    virtfns: optional(member(found, "virtfns"), virtualFunctions),
  };
}

function optional<T>(found: Found, read: Reader<T>): T | undefined {
  return found.value === undefined ? undefined : read(found);
}

/**
 * Reads every value once, and gives the same text for all that are equal: a host may have thousands of functions, but
 * they are of a few kinds.
 */
function once(read: Reader<string>): Reader<string> {
  const known = new Map<unknown, string>();
  return (found) => {
    const before = known.get(found.value);
    if (before !== undefined) return before;
    const made = read(found);
    known.set(found.value, made);
    return made;
  };
}

function virtualFunctions(found: Found): { readonly [name: string]: string } {
  return Object.fromEntries(members(found).map(([name, value]) => [name, address(value)]));
}

function hex(digits: number): Reader<string> {
  const pattern = new RegExp(`^[0-9a-f]{1,${digits}}$`);
  return (found) => {
    const value = text(found).toLowerCase().replace(/^0x/, "");
    if (!pattern.test(value)) {
      throw mismatch(found, `a number of ${digits} hexadecimal digits`);
    }
    return value.padStart(digits, "0");
  };
}

/** As Proxmox's own pattern has it (`$pciregex`); the domain has more than four digits behind Intel's VMD. */
function address(found: Found): string {
  const value = text(found).toLowerCase();
  if (!/^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(value)) {
    throw mismatch(found, "a PCI address like 0000:03:00.0");
  }
  return value.length === "0000:03:00.0".length ? value : value.replace(/^0+(?=[0-9a-f]{4})/, "");
}
