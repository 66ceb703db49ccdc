/** Schemas on the wire. */
import { encodeType } from "../cty/type-json.ts";
import {
  type Attribute,
  type Attributes,
  type NestedType,
  type Nesting,
  valueTypeOf,
} from "../framework/attribute.ts";
import { ctyTypeOf } from "../framework/cty-type.ts";
import {
  type Schema,
  type Schema_Attribute,
  type Schema_Object,
  Schema_Object_NestingMode,
  StringKind,
} from "./gen/tfplugin6.ts";

/** The parts of a schema, for a provider's configuration and for data sources. */
export interface SchemaSource {
  readonly description: string;
  readonly deprecated?: string;
  readonly attributes: Attributes;
}

/** A schema of version 0: data sources are never migrated. */
export function encodeSchema({ description, deprecated, attributes }: SchemaSource): Schema {
  return {
    version: 0n,
    // Hosts crash on a schema without a block.
    block: {
      version: 0n,
      attributes: encodeAttributes(attributes),
      blockTypes: [],
      description,
      descriptionKind: StringKind.MARKDOWN,
      deprecated: deprecated !== undefined,
      deprecationMessage: deprecated ?? "",
    },
  };
}

function encodeAttributes(attributes: Attributes): Schema_Attribute[] {
  return Object.entries(attributes).map(([name, attribute]) => encodeAttribute(name, attribute));
}

function encodeAttribute(name: string, { mode, type, description, options }: Attribute): Schema_Attribute {
  const inner = type.kind === "nullable" ? type.type : type;
  const nested = inner.kind === "nested" ? inner : undefined;
  return {
    name,
    type: Buffer.from(nested === undefined ? encodeType(ctyTypeOf(valueTypeOf(type))) : []),
    nestedType: nested && encodeNestedType(nested),
    description,
    descriptionKind: StringKind.MARKDOWN,
    required: mode === "required",
    optional: mode === "optional",
    computed: mode === "computed",
    sensitive: options.sensitive ?? false,
    deprecated: options.deprecated !== undefined,
    deprecationMessage: options.deprecated ?? "",
    writeOnly: false,
  };
}

const NESTING: { readonly [nesting in Nesting]: Schema_Object_NestingMode } = {
  single: Schema_Object_NestingMode.SINGLE,
  list: Schema_Object_NestingMode.LIST,
  set: Schema_Object_NestingMode.SET,
  map: Schema_Object_NestingMode.MAP,
};

function encodeNestedType({ nesting, attributes }: NestedType): Schema_Object {
  return { attributes: encodeAttributes(attributes), nesting: NESTING[nesting], minItems: 0n, maxItems: 0n };
}
