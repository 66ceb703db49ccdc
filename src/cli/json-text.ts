/** Results as JSON for programs. What a terminal would obey is escaped, which does not change the values. */

/**
 * What JSON does not escape, but terminals or editors obey: control characters, and those that change the direction of
 * writing.
 */
const HARMFUL = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The value as indented JSON on lines of its own. Maps become objects, in the order of their keys. */
export function encodedJson(value: unknown): string {
  const text = JSON.stringify(plain(value), null, 2);
  const harmless = text.replaceAll(
    HARMFUL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${harmless}\n`;
}

/** A value without maps. Keys come from outside: even `__proto__` has to work as the name of a node. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (value instanceof Map) {
    const entries = [...value.entries()].map(([key, member]): [string, unknown] => [
      String(key),
      plain(member),
    ]);
    return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
  }
  return value;
}
