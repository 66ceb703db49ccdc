/** The expression of `name_regex`. */
import { PciFormatError } from "./format-error.ts";

/**
 * Compiles an expression of `name_regex`: JavaScript's syntax, and `(?i)` at the front as in other languages.
 * @throws PciFormatError when it does not compile.
 */
export function parseNameRegex(source: string): RegExp {
  const ignoresCase = source.startsWith("(?i)");
  try {
    return new RegExp(ignoresCase ? source.slice(4) : source, ignoresCase ? "i" : "");
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(error.message.lastIndexOf(": ") + 2) : "";
    throw new PciFormatError(`"${source}" is not a regular expression in JavaScript's syntax: ${reason}.`, {
      cause: error,
    });
  }
}
