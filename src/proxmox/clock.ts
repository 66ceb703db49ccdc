/** Time and time limits of the client. The clock is passed in, so that tests can control it. */

/** Tells the time, and calls back later. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fire` once after this time, unless the returned function is called first. */
  schedule(milliseconds: number, fire: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  schedule(milliseconds, fire) {
    const timer = setTimeout(fire, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** Waits; rejects with the signal's reason as soon as it is aborted. */
export function sleep(clock: Clock, milliseconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const onAbort = () => {
      cancel();
      reject(signal.reason);
    };
    const cancel = clock.schedule(milliseconds, () => {
      signal.removeEventListener("abort", onAbort);
      resolve();
    });
    signal.addEventListener("abort", onAbort, { once: true });
  });
}

/** What had to finish in time: connecting, or the whole request. */
export type DeadlinePhase = "connect" | "request";

/** The reason with which a deadline aborts. */
export class DeadlineExceeded extends Error {
  override readonly name = "DeadlineExceeded";
  readonly phase: DeadlinePhase;

  constructor(phase: DeadlinePhase) {
    super(`the time for the ${phase} is up`);
    this.phase = phase;
  }
}

/** A signal that is aborted with its parent, or with `DeadlineExceeded` when the time is up. `end` frees the timer. */
export interface Deadline {
  readonly signal: AbortSignal;
  end(): void;
}

/** Starts the time; `phase` is what the error names. */
export function startDeadline(
  clock: Clock,
  milliseconds: number,
  phase: DeadlinePhase,
  parent: AbortSignal,
): Deadline {
  const controller = new AbortController();
  const onAbort = () => controller.abort(parent.reason);
  const cancel = clock.schedule(milliseconds, () => controller.abort(new DeadlineExceeded(phase)));
  if (parent.aborted) onAbort();
  else parent.addEventListener("abort", onAbort, { once: true });
  return {
    signal: controller.signal,
    end() {
      cancel();
      parent.removeEventListener("abort", onAbort);
    },
  };
}
