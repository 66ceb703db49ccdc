/** What a plugin process must and must not do, whatever code runs in it. */
import type { Logger } from "../logger.ts";
import { messageOf } from "../message-of.ts";

/** The parts of `process` in use; `process` itself fits. */
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
 * When an error is caught nowhere, ends the process with one clear log line, not with a stack trace. The stack is only
 * in the most detailed log.
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

/** Turns Node's warnings into log lines: as plain text on stderr they would have no level. */
export function logWarnings(process: PluginProcess, logger: Logger): void {
  process.removeAllListeners("warning");
  process.on("warning", (warning) => logger.debug("warning of the runtime", { warning: warning.message }));
}

/**
 * Whether the process that launched this one has ended. Then this one has another parent. On Windows the parent never
 * changes, so there the parent itself is looked up.
 *
 * @param parent the `ppid` at the start
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
    // With other errors, such as a missing permission, the process exists.
    return error instanceof Error && "code" in error && error.code === "ESRCH";
  }
}

/** Ends at once, but with the `exit` event, so that everything is cleaned up. */
export function exitOnSignals(
  process: PluginProcess,
  signals: readonly NodeJS.Signals[],
  code: number,
): void {
  for (const signal of signals) process.once(signal, () => process.exit(code));
}

/**
 * Ctrl-C and the end of a terminal reach the whole process group; the host decides what to do about them. Under `nohup`
 * the host lives on; if it dies, this is noticed. Node undoes what nohup has set, so both signals need a listener. On
 * Windows, Ctrl-Break means the same as Ctrl-C to a Go host. Source: Go, os/signal, "Windows".
 */
export function ignoreInterrupts(process: Pick<PluginProcess, "on" | "platform">, logger: Logger): void {
  const interrupts = process.platform === "win32" ? (["SIGINT", "SIGBREAK"] as const) : (["SIGINT"] as const);
  for (const name of interrupts) {
    process.on(name, () => logger.debug("interrupted; the host decides what happens"));
  }
  process.on("SIGHUP", () => logger.debug("the terminal is gone; the host decides what happens"));
}

/**
 * The signals by which a person ends a program. On Windows nobody can send SIGTERM, and closing a window is SIGHUP. Source: Node, "Signal
 * events".
 */
export function endingSignals(platform: NodeJS.Platform): readonly NodeJS.Signals[] {
  return platform === "win32" ? ["SIGINT", "SIGBREAK", "SIGHUP"] : ["SIGINT", "SIGTERM", "SIGHUP"];
}

/**
 * After the handshake line nothing may write to stdout, since the host's reader stops for ever at a line of 64 KiB.
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

/** A host that has closed its pipes, or a full disk, must not make the process fail because of a log line. */
export function ignoreBrokenPipes(process: PluginProcess): void {
  process.stderr.on("error", () => undefined);
  process.stdout.on("error", () => undefined);
}
