/** Names of devices, as `lspci` prints them. */

/**
 * Vendor and device in one text: `NVIDIA Corporation GA102 [GeForce RTX 3090]`, `NVIDIA Corporation Device 2901` when
 * pci.ids knows only the vendor, null when it knows neither. Source: pciutils `lib/names.c`, format_name_pair.
 * @param number the four digits of the device (or subsystem).
 */
export function formatName(
  vendorName: string | undefined,
  deviceName: string | undefined,
  number: string,
): string | null {
  if (vendorName === undefined) return deviceName ?? null;
  return `${vendorName} ${deviceName ?? `Device ${number}`}`;
}

/** Whether `formatName` made the name without a name of the device from pci.ids. */
export function isUnknownName(name: string, number: string): boolean {
  return name.endsWith(` Device ${number}`);
}

const DOUBLY_ENCODED = /[\u0080-\u00ff]/;
/** Those that remain belong to no name, and a terminal may obey them. */
const CONTROLS = /[\u0080-\u009f]/g;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Repairs a name that was encoded as UTF-8 twice (`IceQ XÂ²` → `IceQ X²`): if every character fits in a byte and the
 * bytes are valid UTF-8, they are the right name. Any other text stays as it is, without control characters.
 */
export function repairName(name: string): string {
  if (!DOUBLY_ENCODED.test(name)) return name;
  return decodedAgain(name).replaceAll(CONTROLS, "\ufffd");
}

function decodedAgain(name: string): string {
  if (BEYOND_LATIN_1.test(name)) return name;
  try {
    return strictUtf8.decode(Buffer.from(name, "latin1"));
  } catch {
    return name;
  }
}
