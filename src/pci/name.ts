/** Names of devices, as `lspci` prints them. */

/**
 * Vendor and device in one text: `NVIDIA Corporation GA102 [GeForce RTX 3090]`, `NVIDIA Corporation Device 2901` when
 * pci.ids knows the vendor alone, null when it knows neither.
 * Source: pciutils `lib/names.c`, format_name_pair.
 * @param number the device's (or subsystem's) own four digits.
 */
export function formatName(
  vendorName: string | undefined,
  deviceName: string | undefined,
  number: string,
): string | null {
  if (vendorName === undefined) return deviceName ?? null;
  return `${vendorName} ${deviceName ?? `Device ${number}`}`;
}

/** Whether a name is what `formatName` makes where pci.ids does not know the device. */
export function isUnknownName(name: string, number: string): boolean {
  return name.endsWith(` Device ${number}`);
}

const DOUBLY_ENCODED = /[\u0080-\u00ff]/;
/** What is left of them is part of no name, and a terminal may obey it. */
const CONTROLS = /[\u0080-\u009f]/g;
const BEYOND_LATIN_1 = /[\u0100-\uffff]/;
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Mends a name that was encoded as UTF-8 twice on its way (`IceQ XÂ²` → `IceQ X²`): when every character fits in a byte
 * and the bytes are valid UTF-8, they are what was meant. Any other text stays as it is, but for control characters.
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
