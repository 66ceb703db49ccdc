import { parameterError } from "./proxmox-error.ts";

/** Parameters of a call by name; one that was given several times is a list. */
export type Parameters = ReadonlyMap<string, string | readonly string[]>;

/** What Proxmox's JSON schema says of a parameter, as far as its checks show it. */
export interface ParameterSchema {
  readonly type: "string" | "boolean" | "integer" | "number" | "array";
  readonly optional?: boolean;
  /** Must match the whole value. */
  readonly pattern?: string;
  /** Returns what is wrong with the value, or null. The text ends with a line feed, as `die` messages do. */
  readonly format?: (value: string, path: string) => string | null;
  readonly enum?: readonly string[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** The parameter that must be there too. */
  readonly requires?: string;
  /** Schema of a list's elements. */
  readonly items?: ParameterSchema;
}

export type ParameterSchemas = Readonly<Record<string, ParameterSchema>>;

/** A member's name: the standard option `pve-node`. */
export const nodeParameter: ParameterSchema = {
  type: "string",
  format: (value) =>
    /^[a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?$/.test(value)
      ? null
      : "value does not look like a valid node name\n",
};

/** A guest's number: the standard option `pve-vmid`. */
export const vmidParameter: ParameterSchema = { type: "integer", minimum: 100, maximum: 999_999_999 };

/** A name in a configuration file, at least two characters: the format `pve-configid`. */
export const configIdParameter: ParameterSchema = {
  type: "string",
  format: (value) =>
    /^[a-zA-Z][a-zA-Z0-9_-]+$/.test(value) ? null : `invalid configuration ID '${value}'\n`,
};

/**
 * Checks the parameters of a call against its schema, as `validate` of `PVE/JSONSchema.pm` does.
 *
 * @throws ProxmoxError 400 with every wrong parameter.
 */
export function checkParameters(given: Parameters, schemas: ParameterSchemas): void {
  const errors = collectErrors(given, schemas, "");
  if (Object.keys(errors).length > 0) throw parameterError(errors);
}

/** Name, behind the prefix, → what is wrong with it, for every value that its schema does not allow. */
export function collectErrors(
  given: Parameters,
  schemas: ParameterSchemas,
  prefix: string,
): Record<string, string> {
  const errors: Record<string, string> = {};
  for (const [name, schema] of Object.entries(schemas)) {
    const path = `${prefix}${name}`;
    const value = given.get(name);
    if (value === undefined) {
      if (schema.optional !== true) errors[path] = "property is missing and it is not optional";
      continue;
    }
    checkValue(path, value, schema, errors);
    if (schema.requires !== undefined && !given.has(schema.requires)) {
      errors[`${prefix}${schema.requires}`] ??= `missing property required by '${path}'`;
    }
  }
  for (const name of given.keys()) {
    if (Object.hasOwn(schemas, name)) continue;
    errors[`${prefix}${name}`] =
      "property is not defined in schema and the schema does not allow additional properties";
  }
  return errors;
}

/** A parameter as text, or undefined. */
export function textParameter(given: Parameters, name: string): string | undefined {
  const value = given.get(name);
  return typeof value === "string" ? value : value?.[0];
}

/** A parameter that must be there once its schema has been checked. */
export function requiredParameter(given: Parameters, name: string): string {
  const value = textParameter(given, name);
  if (value === undefined) throw new Error(`parameter '${name}' was not checked`);
  return value;
}

/** Splits a list the way Proxmox does: at commas, semicolons, NUL and white space. */
export function splitList(text: string): string[] {
  return text.split(/[\0,;\s]+/).filter((item) => item !== "");
}

function checkValue(
  path: string,
  value: string | readonly string[],
  schema: ParameterSchema,
  errors: Record<string, string>,
): void {
  if (schema.type === "array") {
    const items = typeof value === "string" ? [value] : value;
    for (const [index, item] of items.entries()) {
      if (schema.items !== undefined) checkValue(`${path}[${index}]`, item, schema.items, errors);
    }
    return;
  }
  const problem =
    typeof value === "string"
      ? problemOf(path, value, schema)
      : `type check ('${schema.type}') failed - got ARRAY`;
  if (problem !== null) errors[path] = problem;
}

function problemOf(path: string, value: string, schema: ParameterSchema): string | null {
  if (!hasType(value, schema.type)) return `type check ('${schema.type}') failed - got '${value}'`;
  const format = schema.format?.(value, path) ?? null;
  if (format !== null) return `invalid format - ${format}`;
  if (schema.pattern !== undefined && !new RegExp(`^(?:${schema.pattern})$`).test(value)) {
    return "value does not match the regex pattern";
  }
  if (schema.maxLength !== undefined && value.length > schema.maxLength) {
    return `value may only be ${schema.maxLength} characters long`;
  }
  if (schema.minLength !== undefined && value.length < schema.minLength) {
    return `value must be at least ${schema.minLength} characters long`;
  }
  if (schema.maximum !== undefined && Number(value) > schema.maximum) {
    return `value must have a maximum value of ${schema.maximum}`;
  }
  if (schema.minimum !== undefined && Number(value) < schema.minimum) {
    return `value must have a minimum value of ${schema.minimum}`;
  }
  if (schema.enum !== undefined && !schema.enum.includes(value)) {
    return `value '${value}' does not have a value in the enumeration '${schema.enum.join(", ")}'`;
  }
  return null;
}

function hasType(value: string, type: ParameterSchema["type"]): boolean {
  if (type === "boolean") return value === "0" || value === "1";
  if (type === "integer") return /^[+-]?\d+$/.test(value);
  if (type === "number") return /^[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?$/.test(value);
  return true;
}
