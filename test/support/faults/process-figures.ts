/** How long processes wait on a busy machine. */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { processFile } from "../host/process-state.ts";

/** Milliseconds that the main thread of a process was ready and did not run. Source: sched-stats.rst of Linux, /proc/PID/schedstat. */
export function waitedForProcessor(pid: number): number {
  const [, waited = "0"] = processFile(pid, "schedstat").split(" ");
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
