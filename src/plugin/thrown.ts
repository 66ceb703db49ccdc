/** What was thrown, in words: anything can be, not only an Error. */

/** The message alone, without a stack. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
