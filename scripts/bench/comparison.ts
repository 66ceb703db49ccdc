/** Compares contestants: rounds in which each runs once, and ratios within the rounds. */
import { median, quantile } from "./statistics.ts";

/** The median and how far half of the values spread around it. */
export interface Spread {
  readonly median: number;
  /** The first and the third quartile. */
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * Runs rounds. On a shared machine one minute is fast and the next is slow, so only measurements right after one
 * another are compared. Each contestant runs first equally often.
 * @returns by name, one value for each round
 */
export async function runRounds<T>(
  rounds: number,
  contestants: ReadonlyMap<string, () => Promise<T>>,
): Promise<ReadonlyMap<string, readonly T[]>> {
  const names = [...contestants.keys()];
  const values = new Map<string, T[]>(names.map((name) => [name, []]));
  for (let round = 0; round < rounds; round += 1) {
    for (const [index] of names.entries()) {
      const name = names[(index + round) % names.length] ?? "";
      const run = contestants.get(name);
      if (run !== undefined) values.get(name)?.push(await run());
    }
  }
  return values;
}

/** The ratios of one contestant's values to another's, round by round. */
export function ratiosOf(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value / (base[round] ?? Number.NaN));
}
