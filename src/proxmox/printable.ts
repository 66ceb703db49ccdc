/** Texts of others in messages of ours. */

/** Without control characters, which have no place in a message. */
export function printable(text: string): string {
  return text.replaceAll(/\p{Cc}+/gu, " ").trim();
}
