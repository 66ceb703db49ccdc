/** Makes every text harmless before anything is drawn: most texts come from hardware, guests and servers. */
import { presentable } from "../../framework/presentable.ts";

/** Text for machines, in which harmful characters are escaped already. */
const VERBATIM = new Set(["hcl"]);

/** The same value, with control characters and those that change the direction of writing made visible in all texts. */
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
