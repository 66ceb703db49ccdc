/** Keeps many short texts such as `1e4000` from becoming gigabytes in total. */
import { Fault } from "./error.ts";
import { MAX_VALUE_BYTES } from "./limits.ts";
import { type CtyDecimal, type CtyNumber, parseNumber } from "./number.ts";

/** Reads the numbers of one message, and counts their length when written out. */
export class ExpansionBudget {
  #left = MAX_VALUE_BYTES;

  /**
   * Reads a decimal number.
   * @throws Fault when it is no number, or when all numbers written out would exceed MAX_VALUE_BYTES.
   */
  number(text: string): CtyNumber {
    const value = parseNumber(text);
    if (typeof value !== "number") this.#left -= writtenLength(value);
    if (this.#left < 0) throw new Fault("limit", `the numbers written out exceed ${MAX_VALUE_BYTES} bytes`);
    return value;
  }
}

/**
 * The approximate length of a number. Hexadecimal digits of a bigint are computed much faster, and their count is within
 * a fifth.
 */
function writtenLength(value: bigint | CtyDecimal): number {
  return typeof value === "bigint" ? value.toString(16).length : value.text.length;
}
