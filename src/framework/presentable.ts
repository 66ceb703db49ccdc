/**
 * Texts for a terminal. They contain what a device, a server or a file says. So nothing in them may move the cursor, change
 * colours, or turn the direction of writing; and a name of a megabyte is not printed whole.
 */

/** Longer lines are cut. Our own longest lines list hundreds of addresses. */
const MAX_LINE = 8_000;

/** Longer texts are cut: nobody reads that much. */
const MAX_TEXT = 64_000;

/** Longer runs without a space are cut: no name, path or URL is that long. */
const MAX_WORD = 1_000;

/**
 * Control characters except newline and tab, other line breaks, and characters that turn the direction of writing
 * (Unicode TR 9, and TR 36 on their misuse).
 */
const HARMFUL = /[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** The text made well-formed, with harmful characters written as `\u001b`, and cut when it is far too long. */
export function presentable(text: string): string {
  const wellFormed = text.toWellFormed().replaceAll("\r\n", "\n");
  const harmless = wellFormed.replaceAll(HARMFUL, (character) =>
    character === "\n" || character === "\t" ? character : escaped(character),
  );
  if (harmless.length <= MAX_WORD) return harmless;
  const lines = harmless.split("\n").map((line) => (line.length <= MAX_WORD ? line : shortenedLine(line)));
  return shortened(lines.join("\n"), MAX_TEXT);
}

function shortenedLine(line: string): string {
  const words = line.split(" ").map((word) => shortened(word, MAX_WORD));
  return shortened(words.join(" "), MAX_LINE);
}

/** Keeps the beginning, and adds the length of the whole. */
function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = Math.floor(most / 2);
  return `${text
    .slice(0, kept)
    .toWellFormed()
    .replace(/\ufffd$/, "")}… (${text.length} characters in all)`;
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
