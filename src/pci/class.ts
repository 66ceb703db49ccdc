/**
 * PCI class codes: six hexadecimal digits, base class, subclass, programming interface.
 * Source: PCI Code and ID Assignment Specification; the names in the field's words are those of the design.
 */
import { PciFormatError } from "./format-error.ts";

/** Whether a function, by its ids and its class, is of the kind. */
type ClassMatcher = (device: ClassifiedDevice) => boolean;

/** What decides about a class: ids of four digits, class of six, all lower case. */
export interface ClassifiedDevice {
  readonly vendor: string;
  readonly device: string;
  readonly class: string;
}

/** VGA, 3D and other display controllers (03xx), BMC consoles among them. */
export function isDisplay(device: ClassifiedDevice): boolean {
  return device.class.startsWith("03");
}

/** Processing accelerators (12xx). */
export function isAccelerator(device: ClassifiedDevice): boolean {
  return device.class.startsWith("12");
}

/** Hypervisors' own adapters: QEMU's standard VGA, virtio, VMware, Red Hat (QXL), Cirrus Logic. */
const EMULATED_VENDORS = new Set(["1234", "1af4", "15ad", "1b36", "1013"]);
/** Vendors whose display controllers are management consoles, and nothing else: ASPEED, XGI. */
const CONSOLE_VENDORS = new Set(["1a03", "18ca"]);
/** Single models that are management consoles: HiSilicon's iBMC, Silicon Motion's SM750. */
const CONSOLE_IDS = new Set(["19e5:1711", "126f:0750"]);
/** Matrox G200 server variants, the consoles of iDRAC, iLO and their like. */
const MATROX = { vendor: "102b", first: 0x0522, last: 0x0538 };

/** Whether the function is a BMC console or an emulated adapter: nothing that anybody passes through. */
export function isConsoleOrEmulated({ vendor, device }: ClassifiedDevice): boolean {
  if (EMULATED_VENDORS.has(vendor) || CONSOLE_VENDORS.has(vendor)) return true;
  if (CONSOLE_IDS.has(`${vendor}:${device}`)) return true;
  if (vendor !== MATROX.vendor) return false;
  const number = Number.parseInt(device, 16);
  return number >= MATROX.first && number <= MATROX.last;
}

/** Whether the function is a GPU: a real display controller, or an AMD Instinct, which calls itself an accelerator. */
export function isGpu(device: ClassifiedDevice): boolean {
  if (isDisplay(device)) return !isConsoleOrEmulated(device);
  return device.vendor === "1002" && device.class.startsWith("1200");
}

/** Whether a unit for passthrough is built around the function. */
export function makesUnit(device: ClassifiedDevice): boolean {
  return (isDisplay(device) || isAccelerator(device)) && !isConsoleOrEmulated(device);
}

/**
 * Whether the function never leaves its host and so counts for nothing in an IOMMU group: every bridge (06xx) but
 * "other bridge device" (0680), which is what an NVSwitch is.
 */
export function isHostBridge(device: ClassifiedDevice): boolean {
  return device.class.startsWith("06") && !device.class.startsWith("0680");
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

/** The names that `classes` takes, in the order in which they are documented. */
export const CLASS_NAMES: readonly string[] = Object.keys(NAMED);

/**
 * Base classes go up to 13 as yet, and 40 and ff stand apart. Anything else is a slip of the pen: `3d`, or `302`, which
 * is what becomes of a 0302 written as a number.
 */
const PREFIX = /^(?:0x)?((?:[01][0-9a-f]|40|ff)[0-9a-f]{0,4})$/i;

/**
 * Reads one element of `classes`: a name, or the first two to six digits of a class code.
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
