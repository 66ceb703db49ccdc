/** The JSON Schemas of the command line's `--json`. Results of the data source have a schema made from their attributes. */

import { CHECKS } from "../../src/cli/doctor/check.ts";
import type { AttributeType, ResultAttributes } from "../../src/framework/attribute.ts";
import type { ValueType } from "../../src/framework/type.ts";
import { results } from "../../src/provider/data-sources/pci-devices/result-schema.ts";

const DIALECT = "https://json-schema.org/draft/2020-12/schema";

/** A JSON Schema, as far as it is used here. */
type Schema = { readonly [keyword: string]: unknown };

/** The published schemas: texts by their paths below docs. */
export function jsonSchemas(): ReadonlyMap<string, string> {
  return new Map([
    ["schemas/inspect.schema.json", textOf(inspectSchema())],
    ["schemas/doctor.schema.json", textOf(doctorSchema())],
  ]);
}

function textOf(schema: Schema): string {
  return `${JSON.stringify(schema, null, 2)}\n`;
}

function inspectSchema(): Schema {
  return {
    $schema: DIALECT,
    title: "gpuhost inspect --json",
    ...closed({
      format_version: formatVersion,
      provider_version: { type: "string", description: "The version of the program." },
      endpoint: { type: "string", description: "The URL that answered." },
      proxmox_version: { type: "string", description: "The version of the member that answers: `9.2.11`." },
      nodes: {
        type: "array",
        description: "All members of the cluster, by name.",
        items: closed({
          name: { type: "string" },
          status: {
            enum: ["online", "offline", "unreachable"],
            description: "`unreachable` is a node that is said to be up, and does not answer.",
          },
          iommu: {
            type: ["boolean", "null"],
            description: "Whether the IOMMU is on; null for a node that was not read.",
          },
        }),
      },
      ...membersOf(results, false),
      warnings: {
        type: "array",
        description: "What the data source warns of.",
        items: closed({ summary: { type: "string" }, detail: { type: "string" } }),
      },
    }),
  };
}

function doctorSchema(): Schema {
  return {
    $schema: DIALECT,
    title: "gpuhost doctor --json",
    ...closed({
      format_version: formatVersion,
      status: { ...status, description: "The worst of all checks." },
      checks: {
        type: "array",
        items: closed({
          check: { enum: [...CHECKS] },
          subject: {
            type: ["string", "null"],
            description:
              "URL, privilege path, node, `NODE/path`, mapping or vmid; null for the whole cluster.",
          },
          status,
          summary: { type: "string", description: "What was found." },
          fix: { type: ["string", "null"], description: "What mends it; null when there is nothing." },
        }),
      },
    }),
  };
}

const status: Schema = { enum: ["ok", "warning", "error"] };

const formatVersion: Schema = {
  type: "string",
  pattern: "^1\\.",
  description: "The form of the answer: its first number changes when a program that reads it has to.",
};

/** An object with exactly these members. */
function closed(properties: { readonly [name: string]: Schema }): Schema {
  return { type: "object", properties, required: Object.keys(properties), additionalProperties: false };
}

/** A sentence about the argument `results`, which the command line does not have. */
const NEVER_HERE = " Null where `results` does not name it.";

/** @param nulls whether a result may be null; `inspect` has all of them. */
function membersOf(attributes: ResultAttributes, nulls = true): { readonly [name: string]: Schema } {
  return Object.fromEntries(
    Object.entries(attributes).map(([name, { type, description }]) => [
      name,
      {
        description: description.replace(NEVER_HERE, ""),
        ...schemaOf(!nulls && type.kind === "nullable" ? type.type : type),
      },
    ]),
  );
}

function schemaOf(type: AttributeType): Schema {
  if (type.kind === "nullable") return orNull(schemaOf(type.type));
  if (type.kind !== "nested") return valueSchema(type);
  const element = closed(membersOf(type.attributes as ResultAttributes));
  if (type.nesting === "single") return element;
  return type.nesting === "map"
    ? { type: "object", additionalProperties: element }
    : { type: "array", items: element };
}

function valueSchema(type: Exclude<ValueType, { readonly kind: "nullable" }>): Schema {
  switch (type.kind) {
    case "text":
      return { type: "string" };
    case "bool":
      return { type: "boolean" };
    case "number":
    case "integer":
      return { type: type.kind };
    case "list":
    case "set":
      return { type: "array", items: schemaOf(type.element) };
    case "map":
      return { type: "object", additionalProperties: schemaOf(type.element) };
    case "object":
    case "options":
      return closed(
        Object.fromEntries(Object.entries(type.fields).map(([name, field]) => [name, schemaOf(field)])),
      );
  }
}

function orNull(schema: Schema): Schema {
  const { type, ...others } = schema;
  return { ...others, type: [type, "null"] };
}
