/** Checks texts in PCI notation, as a user writes them. */
import type { Validator } from "../framework/validator.ts";
import { PciFormatError } from "../pci/format-error.ts";

/** Accepts what `parse` accepts. A PciFormatError becomes an error at the attribute. */
export function parsedBy(parse: (text: string) => unknown): Validator<string> {
  return (value, at, diagnostics) => {
    try {
      parse(value);
    } catch (error) {
      if (!(error instanceof PciFormatError)) throw error;
      diagnostics.error("Invalid Value", error.message, at);
    }
  };
}
