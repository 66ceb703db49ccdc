/** Runs programs for the demo: in front of the user, or to read what they say. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Interruption } from "./interruption.ts";

export interface Program {
  /** The executable. */
  readonly path: string;
  /** For messages: what the user would call it. */
  readonly name: string;
  /** Where it works. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly interruption: Interruption;
  readonly platform: NodeJS.Platform;
}

/**
 * Runs a command. The first signal asks it to end, as Ctrl-C does; the second one ends it. On Windows a console hands Ctrl-C to all that
 * it has, and a process group of its own would be a window of its own.
 *
 * @param onLine Is given each line of its standard output; without it the user sees them as they are.
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
    // In a process group of its own it gets each signal once: a terminal's Ctrl-C goes to us alone.
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
