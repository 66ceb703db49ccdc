/** Texts in the columns of a terminal. They contain what hardware and servers say, so each is made harmless first. */
import stringWidth from "string-width";
import { presentable } from "../framework/presentable.ts";

/** A text on one line, without anything that a terminal would obey. */
export function oneLine(text: string): string {
  return presentable(text).replaceAll(/[\n\t]+/g, " ");
}

/** How many columns a text takes. */
export function widthOf(text: string): number {
  return stringWidth(text);
}

/** The beginning of a text, at most this many columns wide, with a mark if something was cut. */
export function cut(text: string, columns: number, mark = "…"): string {
  if (widthOf(text) <= columns) return text;
  const room = columns - widthOf(mark);
  if (room < 0) return "";
  let kept = "";
  let taken = 0;
  for (const { segment } of new Intl.Segmenter("en").segment(text)) {
    const width = widthOf(segment);
    if (taken + width > room) break;
    kept += segment;
    taken += width;
  }
  return `${kept.trimEnd()}${mark}`;
}

/** The text, filled with spaces up to this many columns. */
export function padded(text: string, columns: number): string {
  return text + " ".repeat(Math.max(0, columns - widthOf(text)));
}

/**
 * Lines of at most this many columns, broken at spaces. A longer word keeps a line of its own. Continued lines start
 * below the first word of theirs.
 * @param columns null for no limit.
 */
export function wrapped(text: string, columns: number | null): readonly string[] {
  if (columns === null) return text.split("\n");
  return text.split("\n").flatMap((line) => wrappedLine(line, columns));
}

function wrappedLine(line: string, columns: number): readonly string[] {
  const margin = /^\s*(?:- )?/.exec(line)?.[0] ?? "";
  const below = " ".repeat(margin.length);
  const lines: string[] = [];
  let current = margin;
  let empty = true;
  for (const word of line.slice(margin.length).split(" ")) {
    if (!empty && widthOf(current) + 1 + widthOf(word) > columns) {
      lines.push(current);
      current = below;
      empty = true;
    }
    current += empty ? word : ` ${word}`;
    empty = false;
  }
  return [...lines, current];
}
