/**
 * Values of the language (cty) as plain JavaScript.
 *
 * | cty               | JavaScript                                                          |
 * |-------------------|---------------------------------------------------------------------|
 * | null of any type  | `null`                                                              |
 * | string, bool      | `string`, `boolean`                                                 |
 * | number            | `number` for a safe integer, for a fraction that a double holds exactly, and for ±Infinity; `bigint` for other whole numbers; `CtyDecimal` for other fractions |
 * | list, set, tuple  | array                                                               |
 * | map, object       | `Map<string, CtyValue>`                                             |
 * | dynamic           | `CtyDynamicValue`: a concrete type and its value. `null` or `CtyUnknown` when there is no concrete type |
 * | unknown           | `CtyUnknown`                                                        |
 */
import type { CtyDecimal } from "./number.ts";
import type { CtyType } from "./type.ts";
import type { CtyUnknown } from "./unknown.ts";

export type CtyValue =
  | null
  | string
  | boolean
  | number
  | bigint
  | CtyDecimal
  | CtyUnknown
  | CtyDynamicValue
  | readonly CtyValue[]
  | ReadonlyMap<string, CtyValue>;

/** A value in a place of type dynamic, with its concrete type there. */
export class CtyDynamicValue {
  readonly type: CtyType;
  readonly value: CtyValue;
  constructor(type: CtyType, value: CtyValue) {
    this.type = type;
    this.value = value;
  }
}
