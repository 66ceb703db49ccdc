/** Arguments of functions in PCI notation; errors name the argument. */
import { FunctionError } from "../../framework/function.ts";
import { PciFormatError } from "../../pci/format-error.ts";

/**
 * Runs `parse` on an argument.
 * @param position the argument's position, from 0.
 * @throws FunctionError with the message of the PciFormatError that `parse` throws.
 */
export function parseArgument<T>(position: number, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    throw error instanceof PciFormatError ? blame(position, error) : error;
  }
}

function blame(position: number, cause: PciFormatError): FunctionError {
  return new FunctionError(cause.message, { argument: position, cause });
}
