/** Random choices that a seed repeats. */
export interface Random {
  /** The next number, from 0 up to but not including 1. */
  next(): number;
  /** A copy of the list in random order. */
  shuffle<T>(list: readonly T[]): T[];
}

/** Mulberry32: small, repeatable and good enough to mix up lists. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    shuffle: <T>(list: readonly T[]): T[] => {
      const rest = [...list];
      const mixed: T[] = [];
      while (rest.length > 0) mixed.push(...rest.splice(Math.floor(next() * rest.length), 1));
      return mixed;
    },
  };
}
