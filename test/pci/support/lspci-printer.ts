/** Prints devices as lspci does: pciutils `lspci.c` and `lib/names.c`, told again in the other direction. */
import type { PciRecord } from "../../../src/pci/device.ts";

export type LspciForm = "nn" | "nnk" | "nnv" | "nnvv" | "vmmnn" | "vmmnnk" | "n" | "nv" | "vmmn";

const CLASS_NAMES: { readonly [code: string]: string } = {
  "0108": "Non-Volatile memory controller",
  "0200": "Ethernet controller",
  "0300": "VGA compatible controller",
  "0302": "3D controller",
  "0403": "Audio device",
  "0604": "PCI bridge",
  "0c03": "USB controller",
  "1200": "Processing accelerators",
};
const INTERFACE_NAMES: { readonly [code: string]: string } = {
  "010802": "NVM Express",
  "030000": "VGA controller",
  "060400": "Normal decode",
  "0c0330": "XHCI",
};

/** The output for one host, in the order of the records. */
export function printLspci(records: readonly PciRecord[], form: LspciForm): string {
  const withDomain = records.some(({ id }) => !id.startsWith("0000:"));
  const printed = records.map((record) => {
    const lines = form.startsWith("vmm")
      ? machineReadable(record, form)
      : [firstLine(record, form, withDomain), ...details(record, form)];
    return `${lines.join("\n")}\n`;
  });
  return printed.join(form.includes("v") ? "\n" : "");
}

const bare = (text: string | undefined): string => (text ?? "0x0000").slice(2);
const numeric = (form: LspciForm): boolean => !form.includes("nn");

function firstLine(record: PciRecord, form: LspciForm, withDomain: boolean): string {
  const code = bare(record.class);
  const address = withDomain ? record.id : record.id.slice("0000:".length);
  const kind = numeric(form)
    ? code.slice(0, 4)
    : `${CLASS_NAMES[code.slice(0, 4)] ?? "Class"} [${code.slice(0, 4)}]`;
  const device = pair(record.vendor_name, record.device_name, record.vendor, record.device, form);
  const name = INTERFACE_NAMES[code];
  const shown = form.includes("v") && (name !== undefined || !code.endsWith("00"));
  const programmingInterface = shown
    ? ` (prog-if ${code.slice(4)}${name === undefined ? "" : ` [${name}]`})`
    : "";
  return `${address} ${kind}: ${device} (rev a1)${programmingInterface}`;
}

function pair(
  vendorName: string | undefined,
  deviceName: string | undefined,
  vendor: string | undefined,
  device: string | undefined,
  form: LspciForm,
): string {
  const numbers = `${bare(vendor)}:${bare(device)}`;
  if (numeric(form)) return numbers;
  if (vendorName === undefined) return `Device [${numbers}]`;
  return `${vendorName} ${deviceName ?? "Device"} [${numbers}]`;
}

function hasSubsystem({ subsystem_vendor }: PciRecord): boolean {
  return !["0000", "ffff"].includes(bare(subsystem_vendor));
}

/** lspci falls back to the device's own name where the subsystem has the device's ids. */
function subsystemName(record: PciRecord): string | undefined {
  const alike = record.subsystem_vendor === record.vendor && record.subsystem_device === record.device;
  return record.subsystem_device_name ?? (alike ? record.device_name : undefined);
}

function details(record: PciRecord, form: LspciForm): readonly string[] {
  if (form === "nn" || form === "n") return [];
  const { subsystem_vendor, subsystem_device, subsystem_vendor_name, iommugroup = -1 } = record;
  const subsystem = pair(
    subsystem_vendor_name,
    subsystemName(record),
    subsystem_vendor,
    subsystem_device,
    form,
  );
  const grouped = iommugroup >= 0;
  const verbose: { readonly [form: string]: readonly string[] } = {
    nnk: [],
    nv: [`\tFlags: fast devsel${grouped ? `, IOMMU group ${iommugroup}` : ""}`],
    nnv: [
      `\tFlags: bus master, fast devsel, latency 0, IRQ 45, NUMA node 0${grouped ? `, IOMMU group ${iommugroup}` : ""}`,
      "\tMemory at f6000000 (64-bit, prefetchable) [size=256M]",
      "\tCapabilities: <access denied>",
    ],
    nnvv: [
      "\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+",
      "\tNUMA node: 0",
      ...(grouped ? [`\tIOMMU group: ${iommugroup}`] : []),
      "\tRegion 0: Memory at f6000000 (64-bit, prefetchable) [size=256M]",
      "\tCapabilities: [60] Power Management version 3",
      "\t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0-,D1-,D2-,D3hot-,D3cold-)",
    ],
  };
  return [
    ...(hasSubsystem(record) ? [`\tSubsystem: ${subsystem}`] : []),
    ...(verbose[form] ?? []),
    "\tKernel driver in use: vfio-pci",
    "\tKernel modules: nvidiafb, nouveau",
  ];
}

function machineReadable(record: PciRecord, form: LspciForm): readonly string[] {
  const code = bare(record.class);
  const { iommugroup = -1 } = record;
  const value = (name: string | undefined, unknown: string, number: string): string =>
    numeric(form) ? number : `${name ?? unknown} [${number}]`;
  return [
    `Slot:\t${record.id.startsWith("0000:") ? record.id.slice("0000:".length) : record.id}`,
    `Class:\t${value(CLASS_NAMES[code.slice(0, 4)], "Class", code.slice(0, 4))}`,
    `Vendor:\t${value(record.vendor_name, "Vendor", bare(record.vendor))}`,
    `Device:\t${value(record.device_name, "Device", bare(record.device))}`,
    ...(hasSubsystem(record)
      ? [
          `SVendor:\t${value(record.subsystem_vendor_name, "Unknown vendor", bare(record.subsystem_vendor))}`,
          `SDevice:\t${value(subsystemName(record), "Device", bare(record.subsystem_device))}`,
        ]
      : []),
    "PhySlot:\t4",
    "Rev:\ta1",
    ...(code.endsWith("00") ? [] : [`ProgIf:\t${code.slice(4)}`]),
    ...(form.endsWith("k") ? ["Driver:\tvfio-pci", "Module:\tnvidiafb", "Module:\tnouveau"] : []),
    "NUMANode:\t0",
    ...(iommugroup >= 0 ? [`IOMMUGroup:\t${iommugroup}`] : []),
  ];
}
