/** Ctrl-C ends a command without a word, and tells whoever waits for it that this is what ended it. */

/** The signals that end a program, as a terminal or a supervisor sends them. */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** How long what is under way may take to let go. */
const GRACE_MS = 500;

/** Runs `work`; a signal aborts it, and then ends the process as if nobody had listened. */
export async function interruptible<T>(
  process: NodeJS.Process,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  let by: NodeJS.Signals | null = null;
  const stop = (): void => {
    for (const signal of SIGNALS) process.off(signal, onSignal);
  };
  const leave = (signal: NodeJS.Signals): void => {
    stop();
    process.kill(process.pid, signal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    by = signal;
    ended.abort(new Error(`ended by ${signal}`));
    setTimeout(() => leave(signal), GRACE_MS).unref();
  };
  for (const signal of SIGNALS) process.on(signal, onSignal);
  try {
    return await work(ended.signal);
  } finally {
    if (by === null) stop();
    else {
      leave(by);
      // The signal is on its way: nothing is to be said any more.
      await new Promise(() => {});
    }
  }
}
