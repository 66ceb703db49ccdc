/** Runs a command and measures its cost. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";

/** In seconds: wall time, and processor time of the command and all descendants that it waited for. */
export interface Cost {
  readonly wall: number;
  readonly cpu: number;
}

const TIMEOUT_MS = 600_000;

/** The output of bash after a timed command, by TIMEFORMAT: real, user and system time in seconds. */
const TIMES = /^(\d+\.\d+) (\d+\.\d+) (\d+\.\d+)\s*$/;

/** Runs a command to its end. @throws {Error} When it fails, with its output */
export async function timed(
  executable: string,
  args: readonly string[],
  options: { readonly directory: string; readonly environment: Readonly<Record<string, string>> },
): Promise<{ readonly cost: Cost; readonly output: string }> {
  // The built-in command of bash also measures descendants, in milliseconds.
  const script = 'TIMEFORMAT="%3R %3U %3S"; time "$@" >&3 2>&4';
  const child = spawn("bash", ["-c", script, "bash", executable, ...args], {
    cwd: options.directory,
    env: { ...options.environment },
    stdio: ["ignore", "ignore", "pipe", "pipe", "pipe"],
    timeout: TIMEOUT_MS,
  });
  const [, , times, stdout, stderr] = child.stdio as (Readable | null)[];
  const read = (stream: Readable | null | undefined) => (stream == null ? "" : text(stream));
  const [measured, output, problems, [code]] = await Promise.all([
    read(times),
    read(stdout),
    read(stderr),
    once(child, "close"),
  ]);
  const [, wall, user, system] = TIMES.exec(measured) ?? [];
  if (code !== 0 || wall === undefined) {
    throw new Error(`${executable} ${args.join(" ")} failed:\n${output}${problems}${measured}`);
  }
  return { cost: { wall: Number(wall), cpu: Number(user) + Number(system) }, output };
}
