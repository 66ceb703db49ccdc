/** Code that reads what comes from outside, as a fuzzer sees it. */

export interface FuzzTarget {
  readonly name: string;
  /** What is read. */
  readonly what: string;
  /** Inputs to begin with. */
  readonly seeds: readonly (Buffer | string)[];
  /** What means something in this format. */
  readonly words: readonly (Buffer | string)[];
  readonly maxBytes: number;
  /** The errors that say that an input is not what it should be; any other one is a crash. */
  readonly refusals: readonly (new (
    ...args: never[]
  ) => Error)[];
  /** Reads the input, and throws where what comes of it cannot be right. */
  run(input: Buffer): void | Promise<void>;
}
