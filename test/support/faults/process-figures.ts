/** Figures of a process: the memory that it took, and how long it waited on a busy machine. */
import { readFileSync } from "node:fs";
import { monitorEventLoopDelay } from "node:perf_hooks";

/** Milliseconds that the main thread of a process was ready and did not run. Source: sched-stats.rst of Linux, /proc/PID/schedstat. */
export function waitedForProcessor(pid: number): number {
  const [, waited = "0"] = contentOf(`/proc/${pid}/schedstat`).split(" ");
  return Number(waited) / 1e6;
}

/** How long this process, in which all servers are, kept others waiting at most: because it was not run, or had much to do. */
export class Disturbance {
  readonly #delays = monitorEventLoopDelay({ resolution: 10 });

  constructor() {
    this.#delays.enable();
  }

  /** Milliseconds, from the beginning until now. */
  end(): number {
    this.#delays.disable();
    return this.#delays.max / 1e6;
  }
}

/** The most memory of a process that was resident so far, in MiB; 0 when it has ended. Source: proc_pid_status(5), VmHWM. */
export function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(contentOf(`/proc/${pid}/status`))?.[1] ?? 0) / 1024;
}

/** Empty where there is no such file, or no such process any more. */
function contentOf(file: string): string {
  try {
    return readFileSync(file, "latin1");
  } catch {
    return "";
  }
}
