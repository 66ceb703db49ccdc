/**
 * One call for many callers: those that ask the same question at the same time wait for one answer. When one of them gives
 * up, the others go on waiting. When the last one has given up, the call itself is aborted.
 */

interface Call<T> {
  readonly promise: Promise<T>;
  readonly controller: AbortController;
  waiting: number;
}

/** The calls in progress, by key, and the answers that are kept. */
export class SharedCalls<T> {
  readonly #running = new Map<string, Call<T>>();
  readonly #kept = new Map<string, Promise<T>>();
  readonly #isFinal: (error: unknown) => boolean;

  /** @param isFinal whether a failure would happen again: then it is kept where a success is kept */
  constructor(isFinal: (error: unknown) => boolean = () => false) {
    this.#isFinal = isFinal;
  }

  /**
   * @param keep whether the result answers all later calls of this key; a failure only if it is final
   * @param start starts the call; its signal is aborted when nobody waits any more
   */
  get(
    key: string,
    keep: boolean,
    signal: AbortSignal,
    start: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const kept = this.#kept.get(key);
    if (kept !== undefined) return kept;
    if (signal.aborted) return Promise.reject(signal.reason);
    return this.#join(this.#running.get(key) ?? this.#begin(key, keep, start), key, signal);
  }

  #begin(key: string, keep: boolean, start: (signal: AbortSignal) => Promise<T>): Call<T> {
    const controller = new AbortController();
    const call: Call<T> = {
      controller,
      waiting: 0,
      promise: start(controller.signal).then(
        (value) => {
          this.#forget(key, call);
          if (keep) this.#kept.set(key, call.promise);
          return value;
        },
        (error: unknown) => {
          this.#forget(key, call);
          if (keep && this.#isFinal(error)) this.#kept.set(key, call.promise);
          throw error;
        },
      ),
    };
    this.#running.set(key, call);
    return call;
  }

  #join(call: Call<T>, key: string, signal: AbortSignal): Promise<T> {
    call.waiting += 1;
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal.removeEventListener("abort", onAbort);
        call.waiting -= 1;
      };
      const onAbort = () => {
        leave();
        if (call.waiting === 0) {
          this.#forget(key, call);
          call.controller.abort(signal.reason);
        }
        reject(signal.reason);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      call.promise.then(
        (value) => {
          leave();
          resolve(value);
        },
        (error: unknown) => {
          leave();
          reject(error);
        },
      );
    });
  }

  /** After a call was aborted, its key may belong to a newer call. */
  #forget(key: string, call: Call<T>): void {
    if (this.#running.get(key) === call) this.#running.delete(key);
  }
}
