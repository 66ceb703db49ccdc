import { collectErrors, type ParameterSchema } from "./parameters.ts";

/** What a property of a property string looks like. */
export interface PropertySchema extends ParameterSchema {
  /** A part without `=` is this property's value. */
  readonly defaultKey?: boolean;
}

export type PropertyFormat = Readonly<Record<string, PropertySchema>>;

/** A property string that Proxmox would not take; the message is the one it gives. */
export class PropertyStringError extends Error {}

/**
 * Reads a property string such as `id=10de:2204,node=pve1,path=0000:01:00` or `01:00.0,pcie=1`, as
 * `parse_property_string` of `PVE/JSONSchema.pm` does. Values stay as written, but booleans become 0 and 1.
 *
 * @param path Parameter that holds the string; it stands before the property's name in errors.
 * @throws PropertyStringError with the message that Proxmox gives.
 */
export function parsePropertyString(format: PropertyFormat, text: string, path: string): Map<string, string> {
  const values = new Map<string, string>();
  const defaultKey = Object.keys(format).find((key) => format[key]?.defaultKey === true);
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const [, key, value] = splitPart(part, defaultKey);
    const schema = format[key];
    if (schema === undefined) fail(`invalid key in comma-separated list property: ${key}\n`);
    if (values.has(key)) fail(`duplicate key in comma-separated list property: ${key}\n`);
    values.set(key, schema.type === "boolean" ? (asBoolean(value) ?? value) : value);
  }
  const errors = Object.entries(collectErrors(values, format, `${path}.`));
  if (errors.length > 0) {
    fail(`format error\n${errors.map(([name, problem]) => `${name}: ${problem}\n`).join("")}`);
  }
  return values;
}

/** What is wrong with a property string, or null: for the `format` of a parameter. */
export function propertyStringProblem(format: PropertyFormat, text: string, path: string): string | null {
  try {
    parsePropertyString(format, text, path);
    return null;
  } catch (error) {
    if (error instanceof PropertyStringError) return error.message;
    throw error;
  }
}

function splitPart(part: string, defaultKey: string | undefined): readonly [string, string, string] {
  const [whole, key, value] = /^([^=]+)=(.+)$/s.exec(part) ?? [];
  if (whole !== undefined && key !== undefined && value !== undefined) return [whole, key, value];
  if (part.includes("=")) fail("missing key in comma-separated list property\n");
  if (defaultKey === undefined) fail("value without key, but schema does not define a default key\n");
  return [part, defaultKey, part];
}

/** 1 or 0 for the words that Proxmox takes for a boolean, else null. */
function asBoolean(text: string): string | null {
  if (/^(1|on|yes|true)$/i.test(text)) return "1";
  return /^(0|off|no|false)$/i.test(text) ? "0" : null;
}

function fail(message: string): never {
  throw new PropertyStringError(message);
}
