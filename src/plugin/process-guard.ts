/** What a process that is a plugin must do, and must not do, whatever the code in it does. */
import type { Logger } from "../logger.ts";
import { messageOf } from "../message-of.ts";

/** The parts of `process` in use; `process` itself is one. */
export type PluginProcess = Pick<
  NodeJS.Process,
  | "env"
  | "exit"
  | "kill"
  | "off"
  | "on"
  | "once"
  | "pid"
  | "platform"
  | "ppid"
  | "removeAllListeners"
  | "stderr"
  | "stdout"
>;

/**
 * Ends the process with one clear log line, and not with a stack trace, when an error has been caught nowhere.
 * The stack itself is only for those who ask for the most detailed log.
 */
export function exitOnUncaughtError(process: PluginProcess, logger: Logger): void {
  process.on("uncaughtException", (error: unknown) => {
    logger.error(
      `The provider ends because of an error of its own. This is a bug, please report it: ${messageOf(error)}`,
    );
    if (error instanceof Error) logger.trace("where it happened", { stack: error.stack ?? "" });
    process.exit(1);
  });
}

/** Node's own warnings become log lines: as plain text on stderr they would have no level. */
export function logWarnings(process: PluginProcess, logger: Logger): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => logger.debug("warning of the runtime", { warning: warning.message }));
}

/**
 * Whether the process that has launched this one has ended. This one then has another parent; Windows never gives it one, so
 * there the parent itself is looked for.
 *
 * @param parent what `ppid` was at the start
 */
export function isParentGone(
  process: Pick<PluginProcess, "kill" | "platform" | "ppid">,
  parent: number,
): boolean {
  if (process.platform !== "win32") return process.ppid !== parent;
  try {
    process.kill(parent, 0);
    return false;
  } catch (error) {
    // One that may not be touched is there.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Ends at once, but with the `exit` event, so that nothing is left behind. */
export function exitOnSignals(
  process: PluginProcess,
  signals: readonly NodeJS.Signals[],
  code: number,
): void {
  for (const signal of signals) process.once(signal, () => process.exit(code));
}

/**
 * Ctrl-C and the end of a terminal reach the whole process group; what to do about them is the host's decision. Under
 * `nohup` it lives on, and a host that dies of it is noticed. Node undoes what nohup has set, so both need a listener.
 * On Windows Ctrl-Break is to a Go host what Ctrl-C is. Source: Go, os/signal, "Windows".
 */
export function ignoreInterrupts(process: Pick<PluginProcess, "on" | "platform">, logger: Logger): void {
  const interrupts = process.platform === "win32" ? (["SIGINT", "SIGBREAK"] as const) : (["SIGINT"] as const);
  for (const name of interrupts) {
    process.on(name, () => logger.debug("interrupted; the host decides what happens"));
  }
  process.on("SIGHUP", () => logger.debug("the terminal is gone; the host decides what happens"));
}

/** How a person ends a program. On Windows nobody can send SIGTERM, and a window that is closed is SIGHUP. Source: Node, "Signal events". */
export function endingSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === "win32" ? ["SIGINT", "SIGBREAK", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/**
 * After the handshake line nobody may write to stdout: the host's reader stops for ever at a line of 64 KiB.
 * What a library prints there goes to the log.
 */
export function guardStdout(process: PluginProcess, logger: Logger): void {
  process.stdout.write = (chunk: Uint8Array | string, ...rest: unknown[]) => {
    const text = typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    logger.debug("printed to stdout", { text });
    const done = rest.find((argument) => typeof argument === "function");
    if (done !== undefined) queueMicrotask(() => done());
    return true;
  };
}

/** Neither a host that has closed its ends of the pipes nor a full disk must make the process fail over a log line. */
export function ignoreBrokenPipes(process: PluginProcess): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", () => undefined);
}
