/** Whether anything in a value is still to be known. */
import { CtyUnknown } from "./unknown.ts";
import { CtyDynamicValue, type CtyValue } from "./value.ts";

/** True when neither the value nor anything in it is unknown. */
export function isWhollyKnown(value: CtyValue): boolean {
  if (value === null || typeof value !== "object") return true;
  if (value instanceof CtyUnknown) return false;
  if (value instanceof CtyDynamicValue) return isWhollyKnown(value.value);
  if (value instanceof Map) return value.values().every(isWhollyKnown);
  return !Array.isArray(value) || value.every(isWhollyKnown);
}
