import { requireAny } from "../api.ts";
import type { HaResource, HaRule } from "../high-availability.ts";
import type { Json, JsonObject } from "../json.ts";
import {
  type ParameterSchema,
  type ParameterSchemas,
  type Parameters,
  splitList,
  textParameter,
} from "../parameters.ts";
import type { Capabilities } from "../version.ts";

const text = (format: RegExp, what: string): ParameterSchema => ({
  type: "string",
  format: (value) => (format.test(value) ? null : `value does not look like a valid ${what}\n`),
});

/** A list that a format of its elements holds. */
const listOf = (element: ParameterSchema): ParameterSchema => ({
  type: "string",
  format: (value, path) =>
    splitList(value)
      .map((item) => element.format?.(item, path) ?? null)
      .find((problem) => problem !== null) ?? null,
});

export const sidParameter = text(/^([a-z]+:\S+|\d+)$/, "ha resource id");
export const resourcesParameter = listOf(text(/^[a-z]+:\S+$/, "ha resource id"));
export const nodesParameter = listOf(text(/^([a-zA-Z0-9]([a-zA-Z0-9-]*[a-zA-Z0-9])?)(:\d+)?$/, "ha node"));
export const commentParameter: ParameterSchema = { type: "string", maxLength: 4096, optional: true };
export const updating: ParameterSchemas = {
  delete: { type: "string", maxLength: 4096, optional: true },
  digest: { type: "string", maxLength: 64, optional: true },
};

/** Rules came with 9.0, in the place of groups. */
export const hasRules = (release: Capabilities): boolean => release.major >= 9;
export const audit = requireAny("/", ["Sys.Audit"]);
export const manage = requireAny("/", ["Sys.Console"]);

/** Takes the given options over, and removes those that `delete` names. A flag that is off is not written. */
export function update(
  section: HaResource | HaRule,
  parameters: Parameters,
  schemas: ParameterSchemas,
): void {
  for (const name of Object.keys(schemas)) {
    const value = textParameter(parameters, name);
    if (value === undefined) continue;
    if (name === "disable" && value === "0") section.options.delete(name);
    else section.options.set(name, value);
  }
  for (const name of splitList(textParameter(parameters, "delete") ?? "")) section.options.delete(name);
}

const NUMBERS = new Set(["failback", "max_restart", "max_relocate", "strict", "disable"]);

export function answered(options: ReadonlyMap<string, string>): JsonObject {
  return Object.fromEntries(
    [...options].map(([name, value]): [string, Json] => [name, NUMBERS.has(name) ? Number(value) : value]),
  );
}
