/** Contestants against each other: rounds in which each runs once, and the ratios within the rounds. */
import { median, quantile } from "./statistics.ts";

/** A middle value and how far half of the values spread around it. */
export interface Spread {
  readonly median: number;
  /** The first and the third quarter. */
  readonly low: number;
  readonly high: number;
}

export function spreadOf(values: readonly number[]): Spread {
  return { median: median(values), low: quantile(values, 0.25), high: quantile(values, 0.75) };
}

/**
 * Runs rounds. On a shared machine one minute is fast and the next one slow, so only what was measured right after one
 * another is compared; and each runs first as often as the others.
 * @returns by name, one value a round
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

/** The ratios, round by round, of one contestant's values to another's. */
export function ratiosOf(values: readonly number[], base: readonly number[]): number[] {
  return values.map((value, round) => value / (base[round] ?? Number.NaN));
}
