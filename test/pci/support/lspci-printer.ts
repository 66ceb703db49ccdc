/** Prints devices as lspci does: pciutils `lspci.c` and `lib/names.c`, told again in the other direction. */
import type { PciRecord } from "../../../src/pci/device.ts";

export const LSPCI_FORMS = [
  "nn",
  "nnk",
  "nnv",
  "nnvv",
  "nnvvv",
  "vmmnn",
  "vmmnnk",
  "mmnn",
  "n",
  "nv",
  "nvv",
  "vmmn",
  "mmn",
] as const;
export type LspciForm = (typeof LSPCI_FORMS)[number];

/** Whether the form tells programming interfaces and subsystems of all devices. */
export const tellsAll = (form: LspciForm): boolean => /v|mm/.test(form);

/** How scripts that list IOMMU groups name one, before every device or above its devices. */
export const GROUP_STYLES = [
  "IOMMU Group N ",
  "IOMMU Group N: ",
  "group N ",
  "IOMMU Group N:\n\t",
  "IOMMU group N\n[RESET]\t",
  "### Group N ###\n    ",
] as const;

/** What such a script prints of the devices that are in a group. */
export function printGroupList(
  records: readonly PciRecord[],
  style: (typeof GROUP_STYLES)[number],
  form: "nn" | "nnk" | "mmnn",
): string {
  const withDomain = records.some(({ id }) => !id.startsWith("0000:"));
  const groups = Map.groupBy(records, ({ iommugroup = -1 }) => iommugroup);
  const isHeading = style.includes("\n");
  const [before = "", indent = ""] = style.split("\n");
  const text = [...groups]
    .sort(([a], [b]) => String(a).localeCompare(String(b)))
    .map(([group, members]) => {
      if (group < 0) return "";
      const name = before.replace("N", String(group));
      const lines = members.map((record) => {
        const printed = (
          form === "mmnn"
            ? [quotedLine(record, form)]
            : [firstLine(record, form, withDomain), ...details(record, form)]
        ).join("\n");
        return `${isHeading ? indent : name}${printed}\n`;
      });
      return `${isHeading ? `${name}\n` : ""}${lines.join("")}`;
    });
  return text.join("");
}

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
    const lines = linesOf(record, form, withDomain);
    return `${lines.join("\n")}\n`;
  });
  return printed.map((text) => (form.includes("v") ? `${text}\n` : text)).join("");
}

function linesOf(record: PciRecord, form: LspciForm, withDomain: boolean): readonly string[] {
  if (form.startsWith("vmm")) return machineReadable(record, form);
  if (form.startsWith("mm")) return [quotedLine(record, form)];
  return [firstLine(record, form, withDomain), ...details(record, form)];
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
    nv: [
      `\tFlags: fast devsel${grouped ? `, IOMMU group ${iommugroup}` : ""}`,
      "\tI/O ports at e000 [size=128]",
      "\tCapabilities: <access denied>",
    ],
    nnv: [
      `\tFlags: bus master, fast devsel, latency 0, IRQ 45, NUMA node 0${grouped ? `, IOMMU group ${iommugroup}` : ""}`,
      "\tMemory at f6000000 (64-bit, prefetchable) [size=256M]",
      "\tCapabilities: <access denied>",
    ],
    nnvv: veryVerbose(grouped ? iommugroup : null),
    nvv: veryVerbose(grouped ? iommugroup : null),
    nnvvv: [
      ...veryVerbose(grouped ? iommugroup : null),
      "\tCapabilities: [b4] Vital Product Data",
      "\t\tProduct Name: A product: with [text]",
      "\t\t\t[PN] Part number: 900-2G",
      "\tCapabilities: [420 v2] Advanced Error Reporting",
      "\t\tHeaderLog: 00000000 00000000 00000000 00000000",
      "\tCapabilities: [c8 v1] Alternative Routing-ID Interpretation (ARI)",
      "\t\tARICtl:\tMFVC- ACS-, Function Group: 0",
    ],
  };
  return [
    ...(hasSubsystem(record) ? [`\tSubsystem: ${subsystem}`] : []),
    ...(verbose[form] ?? []),
    "\tKernel driver in use: vfio-pci",
    "\tKernel modules: nvidiafb, nouveau",
  ];
}

function veryVerbose(group: number | null): readonly string[] {
  return [
    "\tControl: I/O+ Mem+ BusMaster+ SpecCycle- MemWINV- VGASnoop- ParErr- Stepping- SERR- FastB2B- DisINTx+",
    "\tNUMA node: 0",
    ...(group === null ? [] : [`\tIOMMU group: ${group}`]),
    "\tRegion 0: Memory at f6000000 (64-bit, prefetchable) [size=256M]",
    "\tCapabilities: [60] Power Management version 3",
    "\t\tFlags: PMEClk- DSI- D1- D2- AuxCurrent=0mA PME(D0-,D1-,D2-,D3hot-,D3cold-)",
  ];
}

/** `-mm`: everything on one line, for shells. */
function quotedLine(record: PciRecord, form: LspciForm): string {
  const code = bare(record.class);
  const quoted = (name: string | undefined, unknown: string, number: string): string => {
    const text = numeric(form) ? number : `${name ?? unknown} [${number}]`;
    return `"${text.replace(/["\\]/g, "\\$&")}"`;
  };
  const subsystem = hasSubsystem(record)
    ? [
        quoted(record.subsystem_vendor_name, "Unknown vendor", bare(record.subsystem_vendor)),
        quoted(subsystemName(record), "Device", bare(record.subsystem_device)),
      ]
    : ['""', '""'];
  return [
    record.id.startsWith("0000:") ? record.id.slice("0000:".length) : record.id,
    quoted(CLASS_NAMES[code.slice(0, 4)], "Class", code.slice(0, 4)),
    quoted(record.vendor_name, "Vendor", bare(record.vendor)),
    quoted(record.device_name, "Device", bare(record.device)),
    "-ra1",
    ...(code.endsWith("00") ? [] : [`-p${code.slice(4)}`]),
    ...subsystem,
  ].join(" ");
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
