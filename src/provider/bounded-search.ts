/** Searches with an expression of the user, within a time limit. */
import { createContext, runInContext } from "node:vm";

/**
 * The texts in which the expression is found.
 * @param milliseconds the limit for all of them. An expression with nested repetition can need centuries.
 * @returns null when it takes longer.
 */
export function searchAll(
  regex: RegExp,
  texts: Iterable<string>,
  milliseconds: number,
): ReadonlySet<string> | null {
  const found = new Set<string>();
  // Only a script with a timeout can be ended in the middle of a search.
  const context = createContext({
    search: () => {
      for (const text of texts) if (regex.test(text)) found.add(text);
    },
  });
  try {
    runInContext("search()", context, { timeout: milliseconds });
  } catch (error) {
    if (!isTimeout(error)) throw error;
    return null;
  }
  return found;
}

/** The error comes from the script's own realm, so it is no instance of this one's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === "object" &&
    error !== null &&
    "code" in error &&
    error.code === "ERR_SCRIPT_EXECUTION_TIMEOUT"
  );
}
