/** HCL as `tofu fmt` writes it, as far as a mapping needs it. Source: HCL's native syntax specification, "Template Expressions". */
import { oneLine } from "../text.ts";

/** What stands behind `=`. */
export type HclValue = string | number | boolean;

/** A text in quotes: nothing in it is a template, ends the text, or is obeyed by a terminal. */
export function hclText(text: string): string {
  const escaped = text
    .toWellFormed()
    .replaceAll(/["\\]/g, (mark) => `\\${mark}`)
    .replaceAll("\n", "\\n")
    .replaceAll("\r", "\\r")
    .replaceAll("\t", "\\t")
    .replaceAll(/[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu, (character) => {
      return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
    })
    .replaceAll(/[$%](?=\{)/g, (sign) => sign + sign);
  return `"${escaped}"`;
}

/** Attributes on lines of their own, their signs below each other; those that are null are left out. */
export function hclAttributes(
  attributes: readonly (readonly [name: string, value: HclValue | null])[],
  margin: string,
): readonly string[] {
  const given = attributes.filter((one): one is readonly [string, HclValue] => one[1] !== null);
  const longest = Math.max(...given.map(([name]) => name.length));
  return given.map(([name, value]) => {
    const written = typeof value === "string" ? hclText(value) : String(value);
    return `${margin}${name.padEnd(longest)} = ${written}`;
  });
}

/** A comment, a line for each of the text's. */
export function hclComment(text: string): readonly string[] {
  return text.split("\n").map((line) => `# ${oneLine(line)}`.trimEnd());
}
