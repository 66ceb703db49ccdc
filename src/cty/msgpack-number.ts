/** Numbers to MessagePack. Source: go-cty `cty/msgpack/marshal.go`. */
import type { MsgpackWriter } from "./msgpack-writer.ts";
import { type CtyNumber, canonicalNumber, isInt64 } from "./number.ts";

/**
 * Whole numbers of 64 bits as the smallest integer, fractions that a double holds exactly as float64, everything else
 * as decimal text.
 * @throws Fault for NaN.
 */
export function writeNumber(writer: MsgpackWriter, number: CtyNumber): void {
  const value = canonicalNumber(number);
  if (typeof value === "number") {
    if (Number.isInteger(value)) writer.integer(value);
    else writer.double(value);
  } else if (typeof value === "bigint") {
    if (isInt64(value)) writer.bigInteger(value);
    else writer.text(value.toString());
  } else {
    writer.text(value.text);
  }
}
