/** `GET /nodes/{node}/hardware/pci`: one record a PCI function. Source: pve-common `src/PVE/SysFSTools.pm`, `lspci`. */
import { DecodeError, elements, type Found, flag, integer, maybe, member, members, text } from "./decode.ts";

/**
 * Under Proxmox's names; absent fields are left out. Texts in hexadecimal are in lower case and without `0x`, filled up with zeros;
 * the group is as Proxmox says it, so -1 (no group, IOMMU off) may stand there.
 */
export interface PciRecord {
  /** `0000:03:00.0`, the domain of four digits or more. */
  readonly id: string;
  /** Six digits: `030000`. */
  readonly class: string;
  /** Four digits: `10de`. */
  readonly vendor: string;
  readonly device: string;
  readonly iommugroup?: number;
  readonly mdev?: boolean;
  /** A VF that NVIDIA's driver makes vGPUs on (kernel 6.8 and later). */
  readonly nvidia?: boolean;
  readonly vendor_name?: string;
  readonly device_name?: string;
  readonly subsystem_vendor?: string;
  readonly subsystem_device?: string;
  readonly subsystem_vendor_name?: string;
  readonly subsystem_device_name?: string;
  /** The PF of a VF; PVE 9.1.12 and later. */
  readonly physfn?: string;
  /** The live VFs of a PF by their names, `virtfn0` and so on; PVE 9.1.12 and later. */
  readonly virtfns?: { readonly [name: string]: string };
}

/** Reads the list. @throws DecodeError */
export function decodePciRecords(data: Found): readonly PciRecord[] {
  return elements(data).map(decodePciRecord);
}

function decodePciRecord(found: Found): PciRecord {
  const optional = <T>(name: string, read: (found: Found) => T): { [name: string]: T } => {
    const value = maybe(member(found, name), read);
    return value === null ? {} : { [name]: value };
  };
  return {
    id: address(member(found, "id")),
    class: hex(6)(member(found, "class")),
    vendor: hex(4)(member(found, "vendor")),
    device: hex(4)(member(found, "device")),
    ...optional("iommugroup", integer),
    ...optional("mdev", flag),
    ...optional("nvidia", flag),
    ...optional("vendor_name", text),
    ...optional("device_name", text),
    ...optional("subsystem_vendor", hex(4)),
    ...optional("subsystem_device", hex(4)),
    ...optional("subsystem_vendor_name", text),
    ...optional("subsystem_device_name", text),
    ...optional("physfn", address),
    ...optional("virtfns", virtualFunctions),
  };
}

function virtualFunctions(found: Found): { readonly [name: string]: string } {
  return Object.fromEntries(members(found).map(([name, value]) => [name, address(value)]));
}

function hex(digits: number): (found: Found) => string {
  const pattern = new RegExp(`^[0-9a-f]{1,${digits}}$`);
  return (found) => {
    const value = text(found).toLowerCase().replace(/^0x/, "");
    if (!pattern.test(value)) {
      throw new DecodeError(found.place, `a number of ${digits} hexadecimal digits`, found.value);
    }
    return value.padStart(digits, "0");
  };
}

/** As Proxmox's own pattern has it (`$pciregex`); the domain has more than four digits behind Intel's VMD. */
function address(found: Found): string {
  const value = text(found).toLowerCase();
  if (!/^[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f]$/.test(value)) {
    throw new DecodeError(found.place, "a PCI address like 0000:03:00.0", found.value);
  }
  return value;
}
