/**
 * Lines of text that a person has saved or copied, and what to say of one that is not what it should be. On its way
 * through a terminal, a browser or a forum a text gains colours, other kinds of spaces, quotation marks and tags.
 */
import { PciFormatError } from "../format-error.ts";

export interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  /** Without white space at its end, and without what is only there for its looks. */
  readonly text: string;
}

/** The most of a line that a message repeats. */
const MAX_QUOTED = 80;

const ESCAPE = "\u001b";
/** What follows the escape character in a terminal's colours: `[01;31m`, `[K`. */
const SEQUENCE = /^(?:\[[0-9;?]*[ -/]*[@-~]|[()][0-9A-Z])/;
/** The same where the escape character was made visible. */
const VISIBLE_SEQUENCE = /\^\[\[[0-9;]{0,12}[mK]/g;
const ODD_SPACES = /[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]/g;
const NO_SPACES = /\u00ad|\u200b|\u200c|\u200d|\u2060|\ufeff/g;
const LINE_BREAK = /\r\n|[\r\n\v\f\u0085\u2028\u2029]/;
const TAG = "(?:\\[/?(?:code|quote|spoiler|icode)[^\\]]{0,40}\\]|</?(?:pre|code|br) ?/?>)";
/** Marks of a quotation in a mail, `> > `, and tags of a forum. */
const MARKS_BEFORE = new RegExp(`^(?:\\s*(?:>|${TAG}) ?){1,9}`, "i");
const TAGS_BEHIND = new RegExp(`(?:${TAG}){1,3}$`, "i");
/** A backtick or three around one line, with the language's name behind the first ones. */
const BACKTICKS_BEFORE = /^\s*`{1,3}(?=[^`]*\s)/;
const BACKTICKS_BEHIND = /(?<=[^`])`{1,3}$/;
/** Numbers of a list, `12. `, as pages that show texts put them before each line. */
const ORDINAL = /^ {0,8}\d{1,5}\. +/;

/** The lines of a text, of several blank ones the first, however it ends its lines. */
export function linesOf(text: string): readonly Line[] {
  const lines: Line[] = [];
  const raw = withoutColours(text).replace(ODD_SPACES, " ").replace(NO_SPACES, "").split(LINE_BREAK);
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
 * What to throw for a line: its number, the line itself, and what should have stood there.
 * @param command what to run instead.
 */
export function unexpectedLine({ number, text }: Line, expected: string, command: string): PciFormatError {
  return new PciFormatError(`Line ${number} is ${quoted(text)}: expected ${expected}. ${advice(command)}`);
}

/** What to do about a text that cannot be read. */
export function advice(command: string): string {
  return `Run ${command} on the host and take all that it prints.`;
}

/** The command that tells most of every device. */
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
      // Markdown's way to have the brackets as they are.
      .replaceAll("\\[", "[")
      .replaceAll("\\]", "]")
      .trimEnd()
  );
}

function quoted(text: string): string {
  const shown = text.trim();
  return JSON.stringify(shown.length > MAX_QUOTED ? `${shown.slice(0, MAX_QUOTED)}…` : shown);
}
