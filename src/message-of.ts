/** What was thrown, in words: anything can be, not only an Error. */

/** The message alone, without a stack. What is no Error may be anything, a secret too, and is not repeated. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `a thrown ${typeof thrown}`;
}
