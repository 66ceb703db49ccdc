/** One PCI function of one host, out of a record of `GET /nodes/{node}/hardware/pci`. */
import { type Address, compareAddresses, formatAddress, isFunctionAddress, parseAddress } from "./address.ts";
import { isGpu } from "./class.ts";
import { PciFormatError } from "./format-error.ts";
import { formatName, isUnknownName, repairName } from "./name.ts";

/**
 * What Proxmox says of one function, under Proxmox's names. Hexadecimal numbers may carry `0x` and be of any case.
 * Source: pve-common `src/PVE/SysFSTools.pm`, lspci; pve-manager `PVE/API2/Hardware/PCI.pm`.
 */
export interface PciRecord {
  readonly id: string;
  readonly class: string;
  readonly vendor: string;
  readonly device: string;
  /** -1 or absent: in no group. */
  readonly iommugroup?: number | undefined;
  readonly mdev?: number | boolean | undefined;
  /** A VF of which NVIDIA's driver makes a vGPU (kernel 6.8 and later). */
  readonly nvidia?: number | boolean | undefined;
  readonly vendor_name?: string | undefined;
  readonly device_name?: string | undefined;
  readonly subsystem_vendor?: string | undefined;
  readonly subsystem_device?: string | undefined;
  readonly subsystem_vendor_name?: string | undefined;
  readonly subsystem_device_name?: string | undefined;
  /** The PF of a VF; from PVE 9.1.12 on. */
  readonly physfn?: string | undefined;
  /** The live VFs of a PF, `virtfn0` and so on; from PVE 9.1.12 on. */
  readonly virtfns?: { readonly [name: string]: string } | undefined;
}

/** One PCI function. Ids are lower case without `0x`; what is absent is null. */
export interface PciDevice {
  readonly node: string;
  readonly address: Address;
  /** The address as text, the domain always written: `0000:03:00.0`. */
  readonly path: string;
  /** `10de` */
  readonly vendor: string;
  /** `2204` */
  readonly device: string;
  /** `10de:2204` */
  readonly id: string;
  /** null when the hardware has none; `0000:0000` when it says zero. */
  readonly subsystemId: string | null;
  /** null when the function is in no group (IOMMU off). */
  readonly iommuGroup: number | null;
  /** Six digits: `030000`. */
  readonly class: string;
  readonly name: string | null;
  readonly subsystemName: string | null;
  readonly mdev: boolean;
  /** Whether it is a VF that NVIDIA's driver makes a vGPU of, which goes to a guest as the function itself. */
  readonly nvidia: boolean;
  readonly gpu: boolean;
  /** The PF's path, where Proxmox reports that this is a VF. */
  readonly physicalFunction: string | null;
  /** The live VFs' paths in numerical order, where Proxmox reports them. */
  readonly virtualFunctions: readonly string[];
}

/** Whether pci.ids knows the device itself, and not its vendor alone. */
export function hasKnownName({ name, device }: Pick<PciDevice, "name" | "device">): boolean {
  return name !== null && !isUnknownName(name, device);
}

/**
 * Reads one record.
 * @throws PciFormatError when an id, a class or an address in it is none.
 */
export function deviceFromRecord(node: string, record: PciRecord): PciDevice {
  return deviceOf(node, record, makeOf(record));
}

/**
 * Reads all records of one node. A host may have thousands of functions, but they are of a few makes, and what those
 * are called is found out once.
 * @throws PciFormatError as above.
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
  const vendor = digits(record.vendor, 4, "vendor");
  const device = digits(record.device, 4, "device");
  const classCode = digits(record.class, 6, "class");
  const subsystem = subsystemOf(record);
  const subsystemId = subsystem === null ? null : `${subsystem.vendor}:${subsystem.device}`;
  return {
    vendor,
    device,
    id: `${vendor}:${device}`,
    subsystemId,
    class: classCode,
    name: formatName(mended(record.vendor_name), mended(record.device_name), device),
    subsystemName:
      subsystem === null
        ? null
        : formatName(
            mended(record.subsystem_vendor_name),
            mended(record.subsystem_device_name),
            subsystem.device,
          ),
    gpu: isGpu({ vendor, device, subsystemId, class: classCode }),
  };
}

function deviceOf(node: string, record: PciRecord, make: Make): PciDevice {
  const address = functionAddress(record.id);
  const path = formatAddress(address);
  const group = record.iommugroup ?? -1;
  return {
    node,
    address,
    // Nearly always the text that is there already.
    path: path === record.id ? record.id : path,
    vendor: make.vendor,
    device: make.device,
    id: make.id,
    subsystemId: make.subsystemId,
    iommuGroup: group < 0 ? null : group,
    class: make.class,
    name: make.name,
    subsystemName: make.subsystemName,
    mdev: record.mdev === 1 || record.mdev === true,
    nvidia: record.nvidia === 1 || record.nvidia === true,
    gpu: make.gpu,
    physicalFunction: record.physfn === undefined ? null : formatAddress(functionAddress(record.physfn)),
    virtualFunctions: virtualFunctionsOf(record),
  };
}

function subsystemOf(record: PciRecord): { vendor: string; device: string } | null {
  if (record.subsystem_vendor === undefined || record.subsystem_device === undefined) return null;
  return {
    vendor: digits(record.subsystem_vendor, 4, "subsystem vendor"),
    device: digits(record.subsystem_device, 4, "subsystem device"),
  };
}

function virtualFunctionsOf(record: PciRecord): readonly string[] {
  if (record.virtfns === undefined) return NONE;
  return Object.values(record.virtfns).map(functionAddress).sort(compareAddresses).map(formatAddress);
}

const NONE: readonly string[] = [];

function functionAddress(text: string): Address {
  const address = parseAddress(text);
  if (isFunctionAddress(address)) return address;
  throw new PciFormatError(`"${text}" is the address of a slot where that of a function was expected.`);
}

function digits(text: string, count: number, what: string): string {
  const bare = (text.startsWith("0x") ? text.slice(2) : text).toLowerCase();
  if (bare.length !== count || !/^[0-9a-f]+$/.test(bare)) {
    throw new PciFormatError(`"${text}" is not a ${what} of ${count} hexadecimal digits.`);
  }
  return bare;
}

function mended(name: string | undefined): string | undefined {
  return name === undefined || name === "" ? undefined : repairName(name);
}
