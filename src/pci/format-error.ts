/** A text is not the address, id, class or other PCI notation that it should be. The message says what is accepted. */
export class PciFormatError extends Error {
  override readonly name = "PciFormatError";
}
