/** Results as JSON for programs; what a terminal would obey is escaped, so that its values stay what they are. */

/** What JSON leaves as it is, and terminals or editors do not: control characters and what turns the direction of writing. */
const HARMFUL = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** The value as indented JSON on lines of its own; maps as objects, in the order of their keys. */
export function encodedJson(value: unknown): string {
  const text = JSON.stringify(plain(value), null, 2);
  const harmless = text.replaceAll(
    HARMFUL,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
  return `${harmless}\n`;
}

/** A value without maps. Keys come from outside, and `__proto__` is a fine name for a node. */
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
