/**
 * The provider's schema as JSON, as `tofu providers schema -json` prints it, but without a host. Source: OpenTofu
 * `internal/command/jsonprovider`.
 */
import { ProviderServer } from "../../src/framework/provider-server.ts";
import { silentLogger } from "../../src/logger.ts";
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import {
  type Function_Parameter,
  type FunctionMessage,
  type Schema,
  type Schema_Attribute,
  type Schema_Block,
  type Schema_Object,
  Schema_Object_NestingMode,
  StringKind,
} from "../../src/tfplugin6/gen/tfplugin6.ts";
import { handlersOf } from "../../src/tfplugin6/handlers.ts";
import { projectVersion } from "../project.ts";

/** Members that are undefined do not appear in JSON. */
interface Json {
  readonly [name: string]: unknown;
}

/**
 * The whole document, with only this provider.
 *
 * @param address The key of the provider, by which the reader of the document finds it.
 */
export async function providersSchema(address: string): Promise<string> {
  const provider = createProvider({ version: projectVersion(), environment: {}, secrets: new Secrets() });
  const { GetProviderSchema } = handlersOf(new ProviderServer(provider, { logger: silentLogger }));
  const schema = await GetProviderSchema({}, new AbortController().signal);
  return JSON.stringify({
    format_version: "1.0",
    provider_schemas: {
      [address]: {
        provider: schema.provider && schemaJson(schema.provider),
        data_source_schemas: byName(schema.dataSourceSchemas, schemaJson),
        functions: byName(schema.functions, functionJson),
      },
    },
  });
}

function byName<T>(things: ReadonlyMap<string, T>, toJson: (thing: T) => Json): Json {
  return Object.fromEntries(things.entries().map(([name, thing]) => [name, toJson(thing)]));
}

function schemaJson({ version, block }: Schema): Json {
  return { version: Number(version), block: block && blockJson(block) };
}

function blockJson({ attributes, ...block }: Schema_Block): Json {
  return { attributes: attributesJson(attributes), ...documentation(block) };
}

function attributesJson(attributes: readonly Schema_Attribute[]): Json {
  return Object.fromEntries(attributes.map((attribute) => [attribute.name, attributeJson(attribute)]));
}

function attributeJson({ type, nestedType, ...attribute }: Schema_Attribute): Json {
  return {
    type: nestedType === undefined ? typeJson(type) : undefined,
    nested_type: nestedType && nestedTypeJson(nestedType),
    ...documentation(attribute),
    required: attribute.required || undefined,
    optional: attribute.optional || undefined,
    computed: attribute.computed || undefined,
    sensitive: attribute.sensitive || undefined,
    write_only: attribute.writeOnly || undefined,
  };
}

function nestedTypeJson({ attributes, nesting }: Schema_Object): Json {
  const mode = Object.entries(Schema_Object_NestingMode).find(([, value]) => value === nesting);
  return { attributes: attributesJson(attributes), nesting_mode: mode?.[0].toLowerCase() };
}

/** The documentation members that blocks and attributes share. */
function documentation(said: Pick<Schema_Block, keyof Schema_Block & keyof Schema_Attribute>): Json {
  return {
    description: said.description || undefined,
    description_kind: said.descriptionKind === StringKind.MARKDOWN ? "markdown" : "plain",
    deprecated: said.deprecated || undefined,
    deprecation_message: said.deprecationMessage || undefined,
  };
}

function functionJson({
  description,
  summary,
  parameters,
  variadicParameter,
  ...rest
}: FunctionMessage): Json {
  return {
    description,
    summary,
    return_type: rest.return && typeJson(rest.return.type),
    parameters: parameters.length === 0 ? undefined : parameters.map(parameterJson),
    variadic_parameter: variadicParameter && parameterJson(variadicParameter),
  };
}

function parameterJson({ name, description, type, allowNullValue }: Function_Parameter): Json {
  return { name, description, type: typeJson(type), is_nullable: allowNullValue || undefined };
}

function typeJson(type: Buffer): unknown {
  return JSON.parse(type.toString("utf8"));
}
