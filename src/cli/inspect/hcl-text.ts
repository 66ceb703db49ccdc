/** HCL as `tofu fmt` writes it, as far as a mapping needs it. Source: HCL's native syntax specification, "Template Expressions". */
import { oneLine } from "../text.ts";

/** What stands after `=`. */
export type HclValue = string | number | boolean;

/** A text in quotes, escaped: it is no template, does not end early, and a terminal does not obey it. */
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

/** Attributes on lines of their own, with their `=` below each other. Those that are null are left out. */
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

/** A comment with one line for each line of the text. */
export function hclComment(text: string): readonly string[] {
  return text.split("\n").map((line) => `# ${oneLine(line)}`.trimEnd());
}
