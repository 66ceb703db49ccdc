/** Texts from outside in our messages. */

/** The text without control characters, which have no place in a message. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}
