/** Validators like to quote what they refuse. What is marked as sensitive is not quoted. */
import { CtyDecimal } from "../cty/number.ts";
import { CtyDynamicValue, type CtyValue } from "../cty/value.ts";
import type { Attribute } from "./attribute.ts";
import type { Diagnostic } from "./diagnostics.ts";

/** What stands in a message where a sensitive text was. */
const SENSITIVE = "(sensitive value)";

/** Below this length a text is taken out only where it stands in quotes: "a" is in half of all words. */
const SHORTEST_IN_THE_OPEN = 4;

/** Whether the attribute, or one nested in it, is sensitive. */
export function holdsSensitive({ type, options }: Attribute): boolean {
  if (options.sensitive === true) return true;
  const inner = type.kind === "nullable" ? type.type : type;
  return inner.kind === "nested" && Object.values(inner.attributes).some(holdsSensitive);
}

/** The diagnostic without the texts and numbers that a sensitive value is made of. */
export function withoutTexts(diagnostic: Diagnostic, value: CtyValue): Diagnostic {
  // Long ones first, so that a text which contains another is taken out whole.
  const texts = [...new Set(textsIn(value))].sort((a, b) => b.length - a.length);
  const detail = texts.reduce(withoutText, diagnostic.detail);
  return { ...diagnostic, detail: [...new Set(numbersIn(value))].reduce(withoutNumber, detail) };
}

/** Where it stands by itself: in `127` there is no 7, nor in the index `[7]`. */
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

/** The values that hold no others. */
function leavesOf(value: CtyValue): readonly CtyValue[] {
  if (value instanceof CtyDynamicValue) return leavesOf(value.value);
  if (Array.isArray(value)) return value.flatMap(leavesOf);
  return value instanceof Map ? [...value.values()].flatMap(leavesOf) : [value];
}
