/**
 * Lines of text that a person has saved or copied, and errors for unexpected ones. A text that went through a terminal,
 * a browser or a forum may have colours, other kinds of spaces, quotation marks and tags in it.
 */
import { PciFormatError } from "../format-error.ts";

export interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  /** Without white space at its end, and without decoration. */
  readonly text: string;
}

/** How much of a line a message quotes. */
const MAX_QUOTED = 80;

const ESCAPE = "\u001b";
/** What follows the escape character in a terminal's colours: `[01;31m`, `[K`. */
const SEQUENCE = /^(?:\[[0-9;?]*[ -/]*[@-~]|[()][0-9A-Z])/;
/** The same with the escape character printed as `^[`. */
const VISIBLE_SEQUENCE = /\^\[\[[0-9;]{0,12}[mK]/g;
const ODD_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
/** Characters as HTML writes them. */
const ENTITIES = new Map([
  ["&nbsp;", " "],
  ["&lt;", "<"],
  ["&gt;", ">"],
  ["&quot;", '"'],
  ["&#39;", "'"],
  ["&#x27;", "'"],
  ["&amp;", "&"],
]);
const ENTITY = /&(?:nbsp|lt|gt|quot|#39|#x27|amp);/g;
const NO_SPACES = /\u00ad|\u200b|\u200c|\u200d|\u2060|\ufeff/g;
const LINE_BREAK = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/;
const TAG =
  "(?:\\[/?(?:code|quote|spoiler|icode|b)(?:[ =:][^\\]]{0,40})?\\]|</?(?:pre|code|br|b|strong|p|span|div) ?/?>)";
/** Quotation marks of a mail, `> > `, and tags of a forum. */
const MARKS_BEFORE = new RegExp(`^(?:\\s*(?:>|${TAG}) ?){1,9}`, "i");
const TAGS_BEHIND = new RegExp(`(?:${TAG}){1,3}$`, "i");
/** One or three backticks around a line, with the name of the language after the first ones. */
const BACKTICKS_BEFORE = /^\s*`{1,3}(?=[^`]*\s)/;
const BACKTICKS_BEHIND = /(?<=[^`])`{1,3}$/;
/** Numbers of a list, `12. `, which web pages put before each line. */
const ORDINAL = /^ {0,8}\d{1,5}\. +/;

/** The lines of a text, with any line endings. Of several blank lines only the first is kept. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const raw = withoutColours(text)
    .replace(ENTITY, (entity) => ENTITIES.get(entity) ?? entity)
    .replace(ODD_SPACES, " ")
    .replace(NO_SPACES, "")
    .split(LINE_BREAK);
  for (const [index, line] of raw.entries()) {
    const shown = bare(line);
    if (shown !== "" || lines.at(-1)?.text !== "") lines.push({ number: index + 1, text: shown });
  }
  // A line break at the end of the text makes no blank line.
  if (lines.length > 1 && lines.at(-1)?.text === "" && raw.length === lines.at(-1)?.number) lines.pop();
  const isNumbered = lines.every(({ text }) => text === "" || ORDINAL.test(text));
  return isNumbered ? lines.map((line) => ({ ...line, text: line.text.replace(ORDINAL, "") })) : lines;
}

/**
 * The error for a line: its number, its text, and what was expected.
 * @param command what to run instead.
 */
export function unexpectedLine({ number, text }: Line, expected: string, command: string): PciFormatError {
  return new PciFormatError(`Line ${number} is ${quoted(text)}: expected ${expected}. ${advice(command)}`);
}

/** How to get a text that can be read. */
export function advice(command: string): string {
  return `Run ${command} on the host and take all that it prints.`;
}

/** The command that prints the most about every device. */
export const LSPCI = "lspci -nnv";

function withoutColours(text: string): string {
  const plain = text.replace(VISIBLE_SEQUENCE, "");
  const [first = "", ...others] = plain.split(ESCAPE);
  return others.length === 0 ? plain : [first, ...others.map((part) => part.replace(SEQUENCE, ""))].join("");
}

function bare(line: string): string {
  if (line === "") return "";
  return (
    line
      .replace(MARKS_BEFORE, "")
      .trimEnd()
      .replace(TAGS_BEHIND, "")
      .replace(BACKTICKS_BEFORE, "")
      .replace(BACKTICKS_BEHIND, "")
      // Markdown writes literal brackets in this way.
      .replaceAll("\\[", "[")
      .replaceAll("\\]", "]")
      .trimEnd()
  );
}

function quoted(text: string): string {
  const shown = text.trim();
  return JSON.stringify(shown.length > MAX_QUOTED ? `${shown.slice(0, MAX_QUOTED)}…` : shown);
}
