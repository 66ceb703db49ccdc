/** Lines of text that a person has saved, and what to say of one that is not what it should be. */
import { PciFormatError } from "../format-error.ts";

export interface Line {
  /** From 1, as editors count. */
  readonly number: number;
  /** Without white space at its end. */
  readonly text: string;
}

/** The most of a line that a message repeats. */
const MAX_QUOTED = 80;

/** The lines of a text, blank ones too, however it ends its lines. */
export function linesOf(text: string): readonly Line[] {
  return text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\r|\n/)
    .map((line, index) => ({ number: index + 1, text: line.trimEnd() }));
}

/** What to throw for a line: its number, the line itself, and what should have stood there. */
export function unexpectedLine({ number, text }: Line, expected: string): PciFormatError {
  return new PciFormatError(`Line ${number} is ${quoted(text)}: expected ${expected}.`);
}

function quoted(text: string): string {
  const shown = text.trim();
  return JSON.stringify(shown.length > MAX_QUOTED ? `${shown.slice(0, MAX_QUOTED)}…` : shown);
}
