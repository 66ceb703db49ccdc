/** One PCI function of one host, from a record of `GET /nodes/{node}/hardware/pci`. */
import { type Address, compareAddresses, formatAddress, readFormatted } from "./address.ts";
import { isGpu } from "./class.ts";
import { formatName, isUnknownName, repairName } from "./name.ts";

/**
 * What Proxmox says of one function, with Proxmox's names; absent fields are undefined. The values are checked already:
 * hexadecimal numbers are lower case, without `0x` and with all digits; addresses are as `formatAddress` writes them.
 * Source: pve-common `src/PVE/SysFSTools.pm`, lspci; pve-manager `PVE/API2/Hardware/PCI.pm`.
 */
export interface PciRecord {
  /** `0000:03:00.0`; the domain has four digits or more. */
  readonly id: string;
  /** Six digits: `030000`. */
  readonly class: string;
  /** Four digits: `10de`. */
  readonly vendor: string;
  readonly device: string;
  /** As from Proxmox: -1 or absent means in no group (IOMMU off). */
  readonly iommugroup?: number | undefined;
  readonly mdev?: boolean | undefined;
  /** A VF of which NVIDIA's driver makes a vGPU (kernel 6.8 and later). */
  readonly nvidia?: boolean | undefined;
  readonly vendor_name?: string | undefined;
  readonly device_name?: string | undefined;
  readonly subsystem_vendor?: string | undefined;
  readonly subsystem_device?: string | undefined;
  readonly subsystem_vendor_name?: string | undefined;
  readonly subsystem_device_name?: string | undefined;
  /** The PF of a VF; from PVE 9.1.12 on. */
  readonly physfn?: string | undefined;
  /** The live VFs of a PF by their names, `virtfn0` and so on; from PVE 9.1.12 on. */
  readonly virtfns?: { readonly [name: string]: string } | undefined;
}

/** One PCI function. Ids are lower case without `0x`; absent values are null. */
export interface PciDevice {
  readonly node: string;
  readonly address: Address;
  /** The address as text, always with the domain: `0000:03:00.0`. */
  readonly path: string;
  /** `10de` */
  readonly vendor: string;
  /** `2204` */
  readonly device: string;
  /** `10de:2204` */
  readonly id: string;
  /** null when the hardware has none; `0000:0000` when the hardware says zero. */
  readonly subsystemId: string | null;
  /** null when the function is in no group (IOMMU off). */
  readonly iommuGroup: number | null;
  /** Six digits: `030000`. */
  readonly class: string;
  readonly name: string | null;
  readonly subsystemName: string | null;
  readonly mdev: boolean;
  /** Whether NVIDIA's driver makes a vGPU of this VF. It goes to a guest as the function itself. */
  readonly nvidia: boolean;
  readonly gpu: boolean;
  /** The PF's path, where Proxmox reports that this is a VF. */
  readonly physicalFunction: string | null;
  /** The paths of the live VFs in numerical order, where Proxmox reports them. */
  readonly virtualFunctions: readonly string[];
}

/** Whether pci.ids knows the device itself, and not only its vendor. */
export function hasKnownName({ name, device }: Pick<PciDevice, "name" | "device">): boolean {
  return name !== null && !isUnknownName(name, device);
}

/**
 * The devices of one node from its records. A host may have thousands of functions, but of few makes; what a make has
 * in common is computed once.
 */
export function devicesFromRecords(node: string, records: readonly PciRecord[]): readonly PciDevice[] {
  const known = new Map<string, readonly { readonly record: PciRecord; readonly make: Make }[]>();
  return records.map((record) => {
    const similar = known.get(record.device) ?? [];
    const before = similar.find((one) => isSameMake(one.record, record));
    if (before !== undefined) return deviceOf(node, record, before.make);
    const make = makeOf(record);
    known.set(record.device, [...similar, { record, make }]);
    return deviceOf(node, record, make);
  });
}

/** What all functions of one make have in common. */
type Make = Pick<
  PciDevice,
  "vendor" | "device" | "id" | "subsystemId" | "class" | "name" | "subsystemName" | "gpu"
>;

/** Whether two records are the same in all that `makeOf` looks at. */
function isSameMake(a: PciRecord, b: PciRecord): boolean {
  return (
    a.vendor === b.vendor &&
    a.device === b.device &&
    a.class === b.class &&
    a.subsystem_vendor === b.subsystem_vendor &&
    a.subsystem_device === b.subsystem_device &&
    a.vendor_name === b.vendor_name &&
    a.device_name === b.device_name &&
    a.subsystem_vendor_name === b.subsystem_vendor_name &&
    a.subsystem_device_name === b.subsystem_device_name
  );
}

function makeOf(record: PciRecord): Make {
  const { vendor, device, class: classCode, subsystem_vendor, subsystem_device } = record;
  const hasSubsystem = subsystem_vendor !== undefined && subsystem_device !== undefined;
  const subsystemId = hasSubsystem ? `${subsystem_vendor}:${subsystem_device}` : null;
  return {
    vendor,
    device,
    id: `${vendor}:${device}`,
    subsystemId,
    class: classCode,
    name: formatName(mended(record.vendor_name), mended(record.device_name), device),
    subsystemName: hasSubsystem
      ? formatName(
          mended(record.subsystem_vendor_name),
          mended(record.subsystem_device_name),
          subsystem_device,
        )
      : null,
    gpu: isGpu({ vendor, device, subsystemId, class: classCode }),
  };
}

function deviceOf(node: string, record: PciRecord, make: Make): PciDevice {
  const group = record.iommugroup ?? -1;
  return {
    node,
    address: readFormatted(record.id),
    path: record.id,
    vendor: make.vendor,
    device: make.device,
    id: make.id,
    subsystemId: make.subsystemId,
    iommuGroup: group < 0 ? null : group,
    class: make.class,
    name: make.name,
    subsystemName: make.subsystemName,
    mdev: record.mdev === true,
    nvidia: record.nvidia === true,
    gpu: make.gpu,
    physicalFunction: record.physfn ?? null,
    virtualFunctions: virtualFunctionsOf(record),
  };
}

function virtualFunctionsOf(record: PciRecord): readonly string[] {
  if (record.virtfns === undefined) return NONE;
  return Object.values(record.virtfns).map(readFormatted).sort(compareAddresses).map(formatAddress);
}

const NONE: readonly string[] = [];

function mended(name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : repairName(name);
}
