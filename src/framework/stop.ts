/** The host's wish to stop, passed on to everything that is in flight. */

/** Rejects what `Stop.race` waits for. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  constructor() {
    super("the host asked the provider to stop");
  }
}

/**
 * Stopping ends what is in flight, not the provider: on reattach the same process serves the next command.
 * terraform-plugin-go likewise gives later calls a fresh context.
 */
export class Stop {
  #controller = new AbortController();

  /** Shared by all that begins before the next stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    const ended = this.#controller;
    this.#controller = new AbortController();
    ended.abort(new StoppedError());
  }

  /**
   * Runs `work` until it ends or the host asks to stop, whichever comes first: work that does not listen to its
   * signal cannot hold up the host.
   * @throws StoppedError when the stop came first, however `work` reacts to it
   */
  async race<T>(work: (signal: AbortSignal) => T | Promise<T>): Promise<T> {
    const { signal } = this;
    const stopped = Promise.withResolvers<never>();
    const onAbort = () => stopped.reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    try {
      return await Promise.race([stopped.promise, (async () => work(signal))()]);
    } finally {
      signal.removeEventListener("abort", onAbort);
    }
  }
}
