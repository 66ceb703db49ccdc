/**
 * `GET /nodes/{node}/hardware/pci`: one record for each PCI function. Source: pve-common `src/PVE/SysFSTools.pm`,
 * `lspci`.
 */
import type { PciRecord } from "../../pci/device.ts";
import {
  distinct,
  elements,
  type Found,
  flag,
  integer,
  MovingMember,
  members,
  mismatch,
  text,
  unmendedLabel,
} from "./decode.ts";

export type { PciRecord };

/** More than any host has, even with thousands of virtual functions. Each becomes several objects in the results. */
const MAX_FUNCTIONS = 8_192;

/** More than any IOMMU group has. In the results, each is a peer of all the others. */
const MAX_FUNCTIONS_OF_GROUP = 1_024;

/** Reads the list. If an address is listed twice, the first device counts. @throws Problem */
export function decodePciRecords(data: Found): readonly PciRecord[] {
  const readers = { classCode: once(hex(6)), word: once(hex(4)), name: once(unmendedLabel) };
  const list = elements(data);
  if (list.length > MAX_FUNCTIONS) {
    throw mismatch(data, `a list of ${MAX_FUNCTIONS} PCI functions at most`);
  }
  const records = list.map((found) => decodePciRecord(found, readers));
  const sizes = new Map<number, number>();
  for (const { iommugroup } of records) {
    if (iommugroup === undefined || iommugroup < 0) continue;
    const size = (sizes.get(iommugroup) ?? 0) + 1;
    if (size > MAX_FUNCTIONS_OF_GROUP) {
      throw mismatch(data, `a list of ${MAX_FUNCTIONS_OF_GROUP} PCI functions of one IOMMU group at most`);
    }
    sizes.set(iommugroup, size);
  }
  return distinct(records, ({ id }) => id);
}

type Reader<T> = (found: Found) => T;

/** Readers of values that many functions share. */
interface Readers {
  readonly classCode: Reader<string>;
  readonly word: Reader<string>;
  readonly name: Reader<string>;
}

function decodePciRecord(found: Found, { classCode, word, name }: Readers): PciRecord {
  const member = new MovingMember(found);
  return {
    id: address(member.to("id")),
    class: classCode(member.to("class")),
    vendor: word(member.to("vendor")),
    device: word(member.to("device")),
    iommugroup: optional(member.to("iommugroup"), group),
    mdev: optional(member.to("mdev"), flag),
    nvidia: optional(member.to("nvidia"), flag),
    vendor_name: optional(member.to("vendor_name"), name),
    device_name: optional(member.to("device_name"), name),
    subsystem_vendor: optional(member.to("subsystem_vendor"), word),
    subsystem_device: optional(member.to("subsystem_device"), word),
    subsystem_vendor_name: optional(member.to("subsystem_vendor_name"), name),
    subsystem_device_name: optional(member.to("subsystem_device_name"), name),
    physfn: optional(member.to("physfn"), address),
    virtfns: optional(member.to("virtfns"), virtualFunctions),
  };
}

/** The number of an IOMMU group; -1 means none. */
function group(found: Found): number {
  const value = integer(found);
  if (value < -1) throw mismatch(found, "the number of an IOMMU group, or -1 for none");
  return value === 0 ? 0 : value;
}

function optional<T>(found: Found, read: Reader<T>): T | undefined {
  return found.value === undefined ? undefined : read(found);
}

/**
 * Reads every value once, and returns the same text for equal values: a host may have thousands of functions, but of
 * few kinds.
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

const USUAL_ADDRESS = /^[0-9a-f]{4}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/;

/** As in Proxmox's own pattern (`$pciregex`). Behind Intel's VMD, the domain has more than four digits. */
function address(found: Found): string {
  // Nearly all have this form, and the code for the others is slower.
  if (typeof found.value === "string" && USUAL_ADDRESS.test(found.value)) return found.value;
  const value = text(found).toLowerCase();
  if (!/^[0-9a-f]{4,8}:[0-9a-f]{2}:[01][0-9a-f]\.[0-7]$/.test(value)) {
    throw mismatch(found, "a PCI address like 0000:03:00.0");
  }
  return value.length === "0000:03:00.0".length ? value : value.replace(/^0+(?=[0-9a-f]{4})/, "");
}
