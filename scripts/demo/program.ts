/** Runs programs for the demo: visible to the user, or to read their output. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Interruption } from "./interruption.ts";

export interface Program {
  /** The executable. */
  readonly path: string;
  /** The name for messages. */
  readonly name: string;
  /** The working folder. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly interruption: Interruption;
  readonly platform: NodeJS.Platform;
}

/**
 * Runs a command. The first signal asks it to end, like Ctrl-C; the second one ends it. On Windows a console sends Ctrl-C to all its
 * processes, and a process group of its own would be a separate window.
 *
 * @param onLine Gets each line of its standard output; without it the user sees the output directly.
 * @returns The exit status.
 * @throws {Error} When it cannot be started, or was ended by a signal. It has ended by then.
 */
export async function runProgram(
  program: Program,
  args: readonly string[],
  onLine?: (line: string) => void,
): Promise<number> {
  const isWindows = program.platform === "win32";
  const child = spawn(program.path, args, {
    cwd: program.folder,
    env: program.environment,
    stdio: ["ignore", onLine === undefined ? "inherit" : "pipe", "inherit"],
    // In its own process group it gets each signal once: Ctrl-C in a terminal then only reaches us.
    detached: !isWindows,
  });
  if (onLine !== undefined && child.stdout !== null) {
    createInterface({ input: child.stdout }).on("line", onLine);
  }
  const stopListening = program.interruption.listen((count) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (count === 1 && !isWindows) child.kill("SIGINT");
    if (count > 1 && !isWindows) process.kill(-child.pid, "SIGKILL");
    if (count > 1 && isWindows) child.kill("SIGKILL");
  });
  const status = await new Promise<number | NodeJS.Signals>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal ?? 1));
  }).finally(stopListening);
  const command = `${program.name} ${args[0] ?? ""}`;
  if (typeof status === "string") throw new Error(`${command} was ended by ${status}.`);
  if (program.interruption.exitStatus !== null) throw new Error("Interrupted");
  return status;
}
