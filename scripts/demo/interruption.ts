/**
 * Handles Ctrl-C, similar signals, and a reader who leaves: work stops where it can, and what was started is cleaned up
 * first.
 */
import { constants } from "node:os";

/** SIGBREAK is Ctrl-Break, which only Windows has. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGBREAK", "SIGHUP"] as const;

/** `SIGPIPE` stands for a reader who leaves; Node turns the real one into an error. */
type Signal = (typeof SIGNALS)[number] | "SIGPIPE";

/** The parts of a process that `Interruption` uses. */
export interface SignalSource {
  on(signal: (typeof SIGNALS)[number], listener: (signal: Signal) => void): unknown;
  readonly stdout: { on(event: "error", listener: () => void): unknown };
}

/** Remembers the first signal that asks this process to end, and reports every one. */
export class Interruption {
  readonly #listeners = new Set<(count: number) => void>();
  #first: Signal | null = null;
  #count = 0;

  constructor(source: SignalSource) {
    for (const name of SIGNALS) source.on(name, (signal) => this.#interrupt(signal));
    let gone = false;
    source.stdout.on("error", () => {
      // Every later line fails again.
      if (!gone) this.#interrupt("SIGPIPE");
      gone = true;
    });
  }

  /** 128 + N after signal N, as a shell counts it; null when there was none. */
  get exitStatus(): number | null {
    return this.#first === null ? null : 128 + constants.signals[this.#first];
  }

  /** Calls `listener` at every signal from now on, with their number so far; and at once if there was one. */
  listen(listener: (count: number) => void): () => void {
    this.#listeners.add(listener);
    if (this.#count > 0) listener(this.#count);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The result of `work`, unless a signal comes first.
   *
   * @throws {Error} At the first signal. `work` continues, but nothing waits for it.
   */
  async race<T>(work: Promise<T>): Promise<T> {
    let stop: () => void = () => undefined;
    const interrupted = new Promise<never>((_, reject) => {
      stop = this.listen(() => reject(new Error("Interrupted")));
    });
    try {
      return await Promise.race([work, interrupted]);
    } finally {
      stop();
    }
  }

  #interrupt(signal: Signal): void {
    this.#first ??= signal;
    this.#count += 1;
    for (const listener of this.#listeners) listener(this.#count);
  }
}
