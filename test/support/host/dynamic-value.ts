/** What a host sends for a block of a configuration. */

import type { CtyValue } from "../../../src/cty/value.ts";
import { type Attributes, objectTypeOf } from "../../../src/framework/attribute.ts";
import { ctyTypeOf } from "../../../src/framework/cty-type.ts";
import type { DynamicValue } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { encodeMsgpack } from "../cty/encode.ts";

/** The values under the names of attributes; those that are not given are null. */
export function dynamicValueOf(
  attributes: Attributes,
  values: Readonly<Record<string, CtyValue>>,
): DynamicValue {
  const members = Object.keys(attributes).map((name) => [name, values[name] ?? null] as const);
  const msgpack = encodeMsgpack(new Map(members), ctyTypeOf(objectTypeOf(attributes)));
  return { msgpack: Buffer.from(msgpack), json: Buffer.alloc(0) };
}
