/**
 * Names as lspci prints them in one text, `VENDOR DEVICE`. If pci.ids knows only the vendor, the word `Device` replaces
 * the device's name. If it does not know the vendor either, that word stands alone. Source: pciutils `lib/names.c`,
 * format_name_pair.
 */

/** Stands for the name of a device that pci.ids does not know. */
const UNKNOWN = "Device";

/** The names of one text. They are needed together, because `X Device` may be a name, or vendor X without a name. */
export class PrintedNames {
  /** What all names of a vendor begin with, by its number. */
  readonly #beginnings = new Map<string, string>();

  /**
   * @param vendor the vendor's number, `10de`.
   * @param printed the text before the numbers.
   */
  add(vendor: string, printed: string): void {
    const before = this.#beginnings.get(vendor);
    this.#beginnings.set(vendor, before === undefined ? printed : commonBeginning(before, printed));
  }

  /**
   * The name for users. Where pci.ids has no name of the device, it ends in the device's number. null when pci.ids
   * knows nothing.
   * @param device the device's number, `2204`.
   */
  nameOf(vendor: string, device: string, printed: string): string | null {
    if (printed === "" || printed === UNKNOWN) return null;
    if (!printed.endsWith(` ${UNKNOWN}`)) return printed;
    const prefix = printed.slice(0, -UNKNOWN.length);
    // All names of a vendor begin with the vendor's. If one does not begin with the prefix, the prefix is more than the
    // vendor's name.
    return (this.#beginnings.get(vendor) ?? prefix).startsWith(prefix) ? `${printed} ${device}` : printed;
  }
}

function commonBeginning(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
