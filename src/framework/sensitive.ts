/** Validators quote what they refuse. This removes sensitive values from their messages. */
import { CtyDecimal } from "../cty/number.ts";
import { CtyDynamicValue, type CtyValue } from "../cty/value.ts";
import type { Attribute } from "./attribute.ts";
import type { Diagnostic } from "./diagnostics.ts";

/** Replaces a sensitive text in a message. */
const SENSITIVE = "(sensitive value)";

/** A shorter text is removed only where it is in quotes: "a" is in half of all words. */
const SHORTEST_IN_THE_OPEN = 4;

/** Whether the attribute, or one nested in it, is sensitive. */
export function holdsSensitive({ type, options }: Attribute): boolean {
  if (options.sensitive === true) return true;
  const inner = type.kind === "nullable" ? type.type : type;
  return inner.kind === "nested" && Object.values(inner.attributes).some(holdsSensitive);
}

/** The diagnostic without the texts and numbers of a sensitive value. */
export function withoutTexts(diagnostic: Diagnostic, value: CtyValue): Diagnostic {
  // Long ones first, so that a text that contains another is removed as a whole.
  const texts = [...new Set(textsIn(value))].sort((a, b) => b.length - a.length);
  const detail = texts.reduce(withoutText, diagnostic.detail);
  return { ...diagnostic, detail: [...new Set(numbersIn(value))].reduce(withoutNumber, detail) };
}

/** Only where it stands alone: `127` contains no 7, and the index `[7]` is not a value. */
function withoutNumber(message: string, number: string): string {
  const literal = number.replaceAll(/[.+]/g, "\\$&");
  return message.replaceAll(new RegExp(`(?<![\\w.[-])${literal}(?![\\w\\]]|\\.\\d)`, "g"), SENSITIVE);
}

function withoutText(message: string, text: string): string {
  const unquoted = message.replaceAll(JSON.stringify(text), SENSITIVE);
  return text.length < SHORTEST_IN_THE_OPEN ? unquoted : unquoted.replaceAll(text, SENSITIVE);
}

function textsIn(value: CtyValue): readonly string[] {
  return leavesOf(value).filter((leaf) => typeof leaf === "string" && leaf !== "") as string[];
}

function numbersIn(value: CtyValue): readonly string[] {
  return leavesOf(value).flatMap((leaf) => {
    if (leaf instanceof CtyDecimal) return [leaf.text];
    return typeof leaf === "number" || typeof leaf === "bigint" ? [String(leaf)] : [];
  });
}

/** The values without children. */
function leavesOf(value: CtyValue): readonly CtyValue[] {
  if (value instanceof CtyDynamicValue) return leavesOf(value.value);
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value instanceof Map ? [...value.values()].flatMap(leavesOf) : [value];
}
