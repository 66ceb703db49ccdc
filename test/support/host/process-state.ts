/** What the kernel says of processes, children of this one or not. Linux only. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";

const LOOK_MS = 2;

/** A file of a process; empty when the process has ended or is another user's. */
export function processFile(pid: number | string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, "utf8");
  } catch {
    return "";
  }
}

/** What a process has in memory, or had at most, in MiB; 0 when it has ended. Source: proc_pid_status(5). */
export function memoryOf(pid: number | string, field: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(processFile(pid, "status"));
  return Number(found?.[1] ?? 0) / 1024;
}

/** False for a process that has ended and that nobody has collected yet. */
function isRunning(pid: number): boolean {
  const stat = processFile(pid, "stat");
  return stat !== "" && !/\) [ZX] /.test(stat);
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
