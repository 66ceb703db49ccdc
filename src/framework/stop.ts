/** Passes the host's request to stop on to everything in flight. */

/** Rejects what `Stop.race` waits for. */
export class StoppedError extends Error {
  override readonly name = "StoppedError";
  constructor(message = "the host asked the provider to stop") {
    super(message);
  }
}

/** The same when the host cancels this one call. */
export class CallCancelledError extends StoppedError {
  constructor() {
    super("the host cancelled the call");
  }
}

/**
 * Stopping ends what is in flight, not the provider: on reattach the same process serves the next command.
 * terraform-plugin-go also gives later calls a fresh context.
 */
export class Stop {
  #controller = new AbortController();

  /** Shared by everything that begins before the next stop. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  stop(): void {
    const ended = this.#controller;
    this.#controller = new AbortController();
    ended.abort(new StoppedError());
  }

  /**
   * Runs `work` until it ends, the host asks to stop, or the host cancels the call, whichever comes first. So work that
   * ignores its signal cannot hold up the host.
   * @param call aborted when the host cancels the call; absent where it cannot
   * @throws StoppedError when the stop came first, however `work` reacts to it
   */
  async race<T>(work: (signal: AbortSignal) => T | Promise<T>, call?: AbortSignal): Promise<T> {
    const ended = new AbortController();
    const stopped = Promise.withResolvers<never>();
    const sources = call === undefined ? [this.signal] : [this.signal, call];
    const listeners = sources.map((source) => {
      const onAbort = () => {
        ended.abort(source.reason);
        stopped.reject(source.reason);
      };
      source.addEventListener("abort", onAbort, { once: true });
      if (source.aborted) onAbort();
      return () => source.removeEventListener("abort", onAbort);
    });
    try {
      return await Promise.race([stopped.promise, (async () => work(ended.signal))()]);
    } finally {
      for (const remove of listeners) remove();
    }
  }
}
