/** Makes every text harmless, wherever it stands, before anything is drawn: hardware, guests and servers wrote most of them. */
import { presentable } from "../../framework/presentable.ts";

/** What is made for machines, and has its harmful characters escaped already. */
const VERBATIM = new Set(["hcl"]);

/** The same value, with control characters and what turns the direction of writing made visible in all its texts. */
export function harmless<T>(value: T): T {
  return cleaned(value) as T;
}

function cleaned(value: unknown): unknown {
  if (typeof value === "string") return presentable(value);
  if (Array.isArray(value)) return value.map(cleaned);
  if (typeof value !== "object" || value === null) return value;
  const members = Object.entries(value).map(([key, member]) => [
    key,
    VERBATIM.has(key) ? member : cleaned(member),
  ]);
  return Object.fromEntries(members);
}
