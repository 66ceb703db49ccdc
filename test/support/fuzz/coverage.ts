/** Which blocks of this project's code have run, as V8 counts them for its own profiler. */
import { type Profiler, Session } from "node:inspector";

/** Counts from the moment it is made; `end` stops that. */
export class Coverage {
  readonly #session = new Session();
  readonly #within: string;
  readonly #seen = new Set<string>();

  /** @param within what the addresses of the files begin with: `file:///…/src/` */
  constructor(within: string) {
    this.#within = within;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** How many blocks have run so far. */
  get size(): number {
    return this.#seen.size;
  }

  /** How many blocks have run since the last time that had not run before; they count as seen from now on. */
  take(): number {
    const before = this.#seen.size;
    // The answer comes before `post` returns, since the session is in this very thread.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      for (const script of answer.result) {
        if (script.url.startsWith(this.#within)) this.#add(script);
      }
    });
    return this.#seen.size - before;
  }

  end(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  #add({ url, functions }: Profiler.ScriptCoverage): void {
    for (const { ranges } of functions) {
      for (const { startOffset, endOffset, count } of ranges) {
        if (count > 0) this.#seen.add(`${url}:${startOffset}:${endOffset}`);
      }
    }
  }
}
