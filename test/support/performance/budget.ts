/** Holds what was counted against what may be: numbers within budgets, and lists of names. */

/** Where the numbers stand, for messages. */
const BUDGETS = "test/performance/budgets.ts";

/** A number that must not grow beyond another. */
export interface Budget {
  /** Where it stands among the budgets: `bundleBytes`. */
  readonly name: string;
  /** What is counted; the beginning of a sentence. */
  readonly what: string;
  readonly unit: string;
  /** The count when the budget was set. */
  readonly today: number;
  readonly most: number;
  /** How to get the count again; whole sentences. */
  readonly how: string;
}

/** A count below this part of its budget is not guarded any more. */
const GUARDED_FROM = 0.7;

/** @throws {Error} When the count is beyond the budget, or so far below that the budget guards nothing */
export function requireWithin(budget: Budget, count: number): void {
  const { name, what, unit, today, most, how } = budget;
  const number = (value: number): string => `${Number(value.toFixed(2))} ${unit}`;
  if (!(count <= most)) {
    throw new Error(
      `${what} grew: from ${number(today)} to ${number(count)}, and ${number(most)} are allowed. ${how}\n` +
        "Find out what brought it. If it is worth that, raise `most` and `today` of " +
        `${name} in ${BUDGETS}, and say why in the commit.`,
    );
  }
  if (count < most * GUARDED_FROM) {
    throw new Error(
      `${what} shrank: from ${number(today)} to ${number(count)}. Lower \`most\` (now ${number(most)}) and \`today\` of ` +
        `${name} in ${BUDGETS} too, so that it stays so. ${how}`,
    );
  }
}

export interface NameList {
  /** What these are names of, with the moment; the beginning of a sentence. */
  readonly what: string;
  /** The file that holds the expected names, from the root of the project. */
  readonly file: string;
  /** What to do about a name too many; whole sentences. */
  readonly advice: string;
}

/** @throws {Error} When not exactly these names are there; it lists those that came and those that went */
export function requireSameNames(
  list: NameList,
  expected: readonly string[],
  names: readonly string[],
): void {
  const came = without(names, expected);
  const went = without(expected, names);
  const parts: string[] = [];
  if (came.length > 0) {
    parts.push(
      `${list.what}, and not before:\n${came.join("\n")}\n${list.advice} If it has to be, add ` +
        `${came.length === 1 ? "this line" : "these lines"} to ${list.file}, and say why in the commit.`,
    );
  }
  if (went.length > 0) {
    parts.push(
      `${list.what} until now, and no longer:\n${went.join("\n")}\nStrike ` +
        `${went.length === 1 ? "this line" : "these lines"} from ${list.file}, so that it stays so.`,
    );
  }
  if (parts.length > 0) throw new Error(parts.join("\n\n"));
}

function without(names: readonly string[], others: readonly string[]): string[] {
  return [...new Set(names).difference(new Set(others))].toSorted();
}

/** The names in a file, one a line; empty lines and those that begin with `#` are none. */
export function namesIn(text: string): string[] {
  return text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));
}
