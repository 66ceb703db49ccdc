/** Runs OpenTofu in front of the user. */
import { spawn } from "node:child_process";
import type { Interruption } from "./interruption.ts";

export interface Tofu {
  /** The executable. */
  readonly path: string;
  /** Where it works. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly interruption: Interruption;
}

/**
 * Runs one command. The first signal asks OpenTofu to end, as Ctrl-C does; the second one ends it.
 *
 * @throws {Error} When it fails, or was interrupted. It has ended by then.
 */
export async function runTofu(tofu: Tofu, command: readonly string[]): Promise<void> {
  console.log(`\n$ tofu ${command.join(" ")}`);
  const coloured = process.stdout.isTTY && (tofu.environment["NO_COLOR"] ?? "") === "";
  const child = spawn(tofu.path, coloured ? command : [...command, "-no-color"], {
    cwd: tofu.folder,
    env: tofu.environment,
    stdio: ["ignore", "inherit", "inherit"],
    // In a process group of its own it gets each signal once: a terminal's Ctrl-C goes to us alone.
    detached: true,
  });
  const stopListening = tofu.interruption.listen((count) => {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    if (count === 1) child.kill("SIGINT");
    else process.kill(-child.pid, "SIGKILL");
  });
  const status = await new Promise<number | NodeJS.Signals | null>((resolve, reject) => {
    child.on("error", reject);
    child.on("close", (code, signal) => resolve(code ?? signal));
  }).finally(stopListening);
  if (status !== 0) throw new Error(`tofu ${command[0]} ended with ${status}; see its message above.`);
}
