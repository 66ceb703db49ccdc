/** The message of anything that was thrown, not only of an Error. */

/** The message alone, without a stack. What is no Error may be anything, even a secret, and is not repeated. */
export function messageOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : `a thrown ${typeof thrown}`;
}
