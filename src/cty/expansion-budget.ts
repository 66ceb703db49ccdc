/** Keeps many short texts such as `1e4000` from becoming gigabytes together. */
import { Fault } from "./error.ts";
import { MAX_VALUE_BYTES } from "./limits.ts";
import { type CtyNumber, numberText, parseNumber } from "./number.ts";

export class ExpansionBudget {
  #left = MAX_VALUE_BYTES;

  /**
   * Reads a decimal number.
   * @throws Fault when it is none, or when all numbers written out would exceed MAX_VALUE_BYTES.
   */
  number(text: string): CtyNumber {
    const value = parseNumber(text);
    if (typeof value !== "number") this.#left -= numberText(value).length;
    if (this.#left < 0) throw new Fault("limit", `the numbers written out exceed ${MAX_VALUE_BYTES} bytes`);
    return value;
  }
}
