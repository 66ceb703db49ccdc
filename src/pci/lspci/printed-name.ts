/**
 * Names as lspci prints them in one piece, `VENDOR DEVICE`: where pci.ids knows the vendor alone, the word `Device`
 * stands for the device's name, and where it does not even know the vendor, that word stands alone.
 * Source: pciutils `lib/names.c`, format_name_pair.
 */
const UNKNOWN = "Device";

/** The names of one text. They are told apart by each other: `X Device` may be a name, or vendor X and no name. */
export class PrintedNames {
  /** What all names of a vendor begin with, by its number. */
  readonly #beginnings = new Map<string, string>();

  /**
   * @param vendor the vendor's number, `10de`.
   * @param printed what stands before the numbers.
   */
  add(vendor: string, printed: string): void {
    const before = this.#beginnings.get(vendor);
    this.#beginnings.set(vendor, before === undefined ? printed : commonBeginning(before, printed));
  }

  /**
   * The name that a user sees, with the device's number where pci.ids has no name for it; null when it knows nothing.
   * @param device the device's number, `2204`.
   */
  nameOf(vendor: string, device: string, printed: string): string | null {
    if (printed === "" || printed === UNKNOWN) return null;
    if (!printed.endsWith(` ${UNKNOWN}`)) return printed;
    const prefix = printed.slice(0, -UNKNOWN.length);
    // Every name of a vendor begins with the vendor's; one that does not shows that the prefix is more than that.
    return (this.#beginnings.get(vendor) ?? prefix).startsWith(prefix) ? `${printed} ${device}` : printed;
  }
}

function commonBeginning(a: string, b: string): string {
  let length = 0;
  while (length < a.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
