/**
 * PCI class codes: six hexadecimal digits for base class, subclass and programming interface. Source: PCI Code and ID
 * Assignment Specification. The names for classes are those of the design.
 */
import { PciFormatError } from "./format-error.ts";

/** Whether a function is of the kind, by its ids and its class. */
type ClassMatcher = (device: ClassifiedDevice) => boolean;

/** What the class of a function depends on: ids of four digits, class of six, all lower case. */
export interface ClassifiedDevice {
  readonly vendor: string;
  readonly device: string;
  /** `10de:1485`; null or absent when there is none, or it is not known. */
  readonly subsystemId?: string | null;
  readonly class: string;
}

/** VGA, 3D and other display controllers (03xx), including BMC consoles. */
function isDisplay(device: ClassifiedDevice): boolean {
  return device.class.startsWith("03");
}

/** Processing accelerators (12xx). */
export function isAccelerator(device: ClassifiedDevice): boolean {
  return device.class.startsWith("12");
}

/** Display controllers and accelerators, including BMC consoles. */
export function isDisplayOrAccelerator(device: ClassifiedDevice): boolean {
  return isDisplay(device) || isAccelerator(device);
}

/** Vendors all of whose display controllers are management consoles or adapters of hypervisors. */
const CONSOLE_VENDORS = new Set([
  "1a03", // ASPEED
  "1234", // QEMU's standard VGA
  "1af4", // virtio
  "15ad", // VMware
  "1b36", // Red Hat: QXL
  "1013", // Cirrus Logic
]);

/**
 * Models that are management consoles or emulated, of vendors that also make (or made) cards. Source: pci.ids, and the
 * Linux drivers mgag200, hibmc, sisfb (XGI Volari Z), sm750fb, hyperv_drm and vboxvideo.
 */
const CONSOLE_IDS = new Set([
  // Server variants of the Matrox G200: iDRAC, iLO and similar.
  ...["0522", "0530", "0532", "0533", "0534", "0536", "0538", "053a"].map((device) => `102b:${device}`),
  "19e5:1711", // HiSilicon's iBMC
  ...["0020", "0021", "0027"].map((device) => `18ca:${device}`), // XGI Volari Z7, Z9s, Z11
  "126f:0750", // Silicon Motion SM750
  ...["515e", "5159", "4752"].map((device) => `1002:${device}`), // ATI ES1000, RV100 and Rage XL on server boards
  "80ee:beef", // VirtualBox
  "1414:5353", // Hyper-V
  "1ab8:4005", // Parallels
  "1d0f:1111", // Amazon EC2
]);

/** An NVIDIA chip of workstations. It is a normal card, except on a DGX Station, where it is the console. */
const DGX_CONSOLE = { id: "10de:1fb0", subsystemId: "10de:1485" };

/** Whether the function is a BMC console or an emulated adapter, which nobody passes through. */
export function isConsoleOrEmulated({ vendor, device, subsystemId }: ClassifiedDevice): boolean {
  if (CONSOLE_VENDORS.has(vendor)) return true;
  const id = `${vendor}:${device}`;
  return CONSOLE_IDS.has(id) || (id === DGX_CONSOLE.id && subsystemId === DGX_CONSOLE.subsystemId);
}

/**
 * Whether the function is a GPU: a real display controller, or an AMD Instinct, which has the class of an accelerator.
 */
export function isGpu(device: ClassifiedDevice): boolean {
  if (isDisplay(device)) return !isConsoleOrEmulated(device);
  return device.vendor === "1002" && device.class.startsWith("1200");
}

/** Whether a unit for passthrough is built around the function. */
export function makesUnit(device: ClassifiedDevice): boolean {
  return isDisplayOrAccelerator(device) && !isConsoleOrEmulated(device);
}

/**
 * Whether the function always stays with the host, and so does not count in an IOMMU group: host bridges (0600) and PCI
 * bridges (0604, 0609). Proxmox binds everything else in the group to vfio-pci, including ISA bridges and NVSwitches
 * (0680). Source: pve-common `src/PVE/SysFSTools.pm`, pci_dev_group_bind_to_vfio.
 */
export function isHostBridge(device: ClassifiedDevice): boolean {
  return HOST_BRIDGES.has(device.class.slice(0, 4));
}

const HOST_BRIDGES = new Set(["0600", "0604", "0609"]);

/**
 * Whether no guest can have the function, because it is a PCI bridge (0604): its header is of another type than that of
 * devices, vfio-pci refuses it, and Proxmox does not even try. Source: Linux `drivers/vfio/pci/vfio_pci_core.c`,
 * vfio_pci_core_register_device; pve-common `src/PVE/SysFSTools.pm`, pci_dev_group_bind_to_vfio.
 */
export function isPciBridge(device: ClassifiedDevice): boolean {
  return device.class.startsWith("0604");
}

const NAMED: { readonly [name: string]: ClassMatcher } = {
  gpu: isGpu,
  display: isDisplay,
  accelerator: isAccelerator,
  audio: (device) => device.class.startsWith("0401") || device.class.startsWith("0403"),
  network: (device) => device.class.startsWith("02"),
  storage: (device) => device.class.startsWith("01"),
  usb: (device) => device.class.startsWith("0c03"),
  bridge: (device) => device.class.startsWith("06"),
};

/** The names that `classes` takes, in the order of the documentation. */
export const CLASS_NAMES: readonly string[] = Object.keys(NAMED);

/**
 * Base classes go up to 13 so far, besides 40 and ff. Anything else is a mistake: `3d`, or `302`, which is a 0302 that
 * was written as a number.
 */
const PREFIX = /^(?:0x)?((?:[01][0-9a-f]|40|ff)[0-9a-f]{0,4})$/i;

/**
 * Parses one element of `classes`: a name, or the first two to six digits of a class code.
 * @throws PciFormatError otherwise; the message lists the names.
 */
export function parseClass(text: string): ClassMatcher {
  const named = Object.hasOwn(NAMED, text) ? NAMED[text] : undefined;
  if (named !== undefined) return named;
  const prefix = PREFIX.exec(text)?.[1]?.toLowerCase();
  if (prefix === undefined) {
    throw new PciFormatError(
      `"${text}" is not a class: write ${CLASS_NAMES.map((name) => `"${name}"`).join(", ")}, ` +
        'or the first two to six hexadecimal digits of a class code, such as "0302".',
    );
  }
  return (device) => device.class.startsWith(prefix);
}
