/** Ctrl-C ends a command without a message; the parent process sees that Ctrl-C ended it. */

/**
 * The signals by which a terminal or a supervisor ends a program. On Windows these stand for Ctrl-C, Ctrl-Break and closing the
 * window. Source: Node, "Signal events".
 */
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const WINDOWS_SIGNALS = ["SIGINT", "SIGBREAK", "SIGHUP"] as const;

/**
 * The exit code on Windows of a program that Ctrl-C has ended, as a signed number of 32 bits. Source: ntstatus.h,
 * STATUS_CONTROL_C_EXIT.
 */
const CONTROL_C_EXIT = 0xc000013a | 0;

/** How long the running work may take to stop. */
const GRACE_MS = 500;

/** Runs `work`. A signal aborts it, and then ends the process as if the signal had not been handled. */
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
    // On Windows a process cannot send itself a signal.
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
      // The signal is on its way: nothing more must be printed.
      await new Promise(() => {});
    }
  }
}
