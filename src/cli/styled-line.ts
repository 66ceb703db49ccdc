/** Lines of parts in different styles. They are fitted into the screen before they are coloured. */
import type { Screen, Style } from "./screen.ts";
import { cut, widthOf, wrapped } from "./text.ts";

/** A text that may be cut, and its style. */
export interface Part {
  readonly text: string;
  readonly style?: Style;
}

/** One line, never wider than the screen: the end is cut off. */
export function drawLine(parts: readonly Part[], screen: Screen): string {
  let room = screen.columns ?? Number.POSITIVE_INFINITY;
  const drawn = parts.map(({ text, style }) => {
    const shown = room <= 0 ? "" : cut(text, room, screen.unicode ? "…" : "~");
    room -= shown === text ? widthOf(text) : Math.max(room, 0);
    return style === undefined || shown === "" ? shown : screen.paint(style, shown);
  });
  return drawn.join("").trimEnd();
}

/**
 * Puts parts on as few lines as possible, with a mark between two parts. A part is broken only if it is wider than a
 * line by itself, and then at spaces.
 * @param margin how many columns stand before each line.
 */
export function flow(parts: readonly Part[], screen: Screen, margin: number): readonly (readonly Part[])[] {
  const separator = screen.unicode ? " · " : " - ";
  const columns = screen.columns === null ? Number.POSITIVE_INFINITY : screen.columns - margin;
  const lines: Part[][] = [];
  let room = 0;
  for (const part of parts.flatMap((one) => broken(one, columns))) {
    const width = widthOf(part.text);
    const line = lines.at(-1);
    if (line === undefined || width + separator.length > room) {
      lines.push([part]);
      room = columns - width;
    } else {
      line.push({ text: separator, style: "dim" }, part);
      room -= width + separator.length;
    }
  }
  return lines;
}

function broken(part: Part, columns: number): readonly Part[] {
  if (widthOf(part.text) <= columns) return [part];
  return wrapped(part.text, columns).map((text) => ({ ...part, text }));
}
