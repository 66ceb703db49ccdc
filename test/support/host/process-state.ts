/** Whether processes that are no children of this one still run. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 2;

/** False for a process that has ended and that nobody has collected yet. Linux only. */
export function isRunning(pid: number): boolean {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "latin1"));
  } catch {
    return false;
  }
}

/** Waits for the end of a process. @returns the milliseconds that took; Infinity when it runs on */
export async function ended(pid: number, mostMs: number): Promise<number> {
  const start = performance.now();
  while (isRunning(pid)) {
    if (performance.now() - start > mostMs) return Number.POSITIVE_INFINITY;
    await delay(LOOK_MS);
  }
  return performance.now() - start;
}
