/** Which parts of this project's code have run, as V8 counts them for its own profiler. */
import { type Profiler, Session } from "node:inspector";

/** Counts from the moment it is made until `end`. One at a time in a thread: V8 counts for all or for none. */
export class Coverage {
  readonly #session = new Session();
  readonly #within: string;
  /** By file, a byte for each character: 1 where it has run. */
  readonly #ran = new Map<string, Uint8Array>();

  /** @param within what the addresses of the files begin with: `file:///…/src/` */
  constructor(within: string) {
    this.#within = within;
    this.#session.connect();
    this.#session.post("Profiler.enable");
    this.#session.post("Profiler.startPreciseCoverage", { callCount: true, detailed: true });
  }

  /** Characters of code that have run so far, as far as `keep` was told. */
  get size(): number {
    let size = 0;
    for (const ran of this.#ran.values()) for (const one of ran) size += one;
    return size;
  }

  /**
   * Whether code has run since the last time that had not run before.
   * @param keep whether it counts as run from now on
   */
  reachesMore({ keep }: { readonly keep: boolean }): boolean {
    let isMore = false;
    // The answer comes before `post` returns, since the session is in this very thread.
    this.#session.post("Profiler.takePreciseCoverage", (error, answer) => {
      if (error !== null) throw error;
      for (const script of answer.result) {
        if (script.url.startsWith(this.#within)) isMore = this.#compare(script, keep) || isMore;
      }
    });
    return isMore;
  }

  end(): void {
    this.#session.post("Profiler.stopPreciseCoverage");
    this.#session.disconnect();
  }

  #compare({ url, functions }: Profiler.ScriptCoverage, keep: boolean): boolean {
    // Outer functions and blocks come before those in them, whose counts replace theirs.
    const ranges = functions.flatMap((one) => one.ranges);
    const now = new Uint8Array(Math.max(0, ...ranges.map(({ endOffset }) => endOffset)));
    for (const { startOffset, endOffset, count } of ranges)
      now.fill(count > 0 ? 1 : 0, startOffset, endOffset);
    const before = this.#ran.get(url) ?? new Uint8Array(0);
    const isMore = now.some((ran, at) => ran === 1 && before[at] !== 1);
    if (isMore && keep) {
      const both = new Uint8Array(Math.max(now.length, before.length));
      both.set(before);
      for (const [at, ran] of now.entries()) if (ran === 1) both[at] = 1;
      this.#ran.set(url, both);
    }
    return isMore;
  }
}
