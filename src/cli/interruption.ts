/** Ctrl-C ends a command without a word, and tells whoever waits for it that this is what ended it. */

/**
 * The signals that end a program, as a terminal or a supervisor sends them. On Windows these are Ctrl-C, Ctrl-Break and the window
 * that is closed. Source: Node, "Signal events".
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const WINDOWS_SIGNALS = ["SIGINT", "SIGBREAK", "SIGHUP"] as const;

/** What a program that Ctrl-C has ended leaves on Windows, as a number of 32 bits. Source: ntstatus.h, STATUS_CONTROL_C_EXIT. */
const CONTROL_C_EXIT = 0xc000013a | 0;

/** How long what is under way may take to let go. */
const GRACE_MS = 500;

/** Runs `work`; a signal aborts it, and then ends the process as if nobody had listened. */
export async function interruptible<T>(
  process: NodeJS.Process,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const ended = new AbortController();
  let by: NodeJS.Signals | null = null;
  const signals = process.platform === "win32" ? WINDOWS_SIGNALS : SIGNALS;
  const stop = (): void => {
    for (const signal of signals) process.off(signal, onSignal);
  };
  const leave = (signal: NodeJS.Signals): void => {
    stop();
    // Windows has no signals that a process could send to itself.
    if (process.platform === "win32") process.exit(CONTROL_C_EXIT);
    else process.kill(process.pid, signal);
  };
  const onSignal = (signal: NodeJS.Signals): void => {
    by = signal;
    ended.abort(new Error(`ended by ${signal}`));
    setTimeout(() => leave(signal), GRACE_MS).unref();
  };
  for (const signal of signals) process.on(signal, onSignal);
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
