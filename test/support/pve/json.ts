import type { Random } from "./random.ts";

/** A JSON value as Proxmox sends it: booleans are 0 and 1 there, so `true` and `false` hardly occur. */
export type Json = null | boolean | number | string | readonly Json[] | JsonObject;

export interface JsonObject {
  readonly [key: string]: Json;
}

/** Whether a value is a JSON object, neither null nor a list. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/**
 * Writes JSON with the keys of every object in random order, as Perl's hashes give them. A client that relies on an
 * order would pass against a tidy server and fail against Proxmox.
 */
export function writeJson(value: Json, random: Random): string {
  if (Array.isArray(value)) return `[${value.map((item) => writeJson(item, random)).join(",")}]`;
  if (!isJsonObject(value)) return JSON.stringify(value);
  const members = random.shuffle(Object.entries(value));
  return `{${members.map(([key, item]) => `${JSON.stringify(key)}:${writeJson(item, random)}`).join(",")}}`;
}
