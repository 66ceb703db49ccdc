/** Values that are known only after apply, as data sources and providers see them in a configuration. */
import { CtyUnknown } from "../cty/unknown.ts";

/** A value that is partly or wholly unknown. Its `refinements` say what is known of it. */
export type Unknown = CtyUnknown;

/** Whether a configured value, or a part of it, is known only after apply. */
export function isUnknown(value: unknown): value is Unknown {
  return value instanceof CtyUnknown;
}
