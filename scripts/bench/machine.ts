/** The machine of a measurement. */
import { readFileSync } from "node:fs";
import { cpus, loadavg, release, totalmem } from "node:os";
import { nodeFor } from "../build/node.ts";
import { hostPlatform, projectVersion } from "../project.ts";
import { tools } from "../tools/tool.ts";

export interface Machine {
  /** The day, as `2026-11-23`. */
  readonly date: string;
  readonly processor: string;
  readonly processors: number;
  /** MiB. */
  readonly memory: number;
  readonly kernel: string;
  /** Processes that wanted a processor in the minute before: other work that may change the figures. */
  readonly load: number;
  readonly versions: Readonly<Record<"gpuhost" | "node" | "opentofu" | "bpg", string>>;
}

export function describeMachine(now: Date): Machine {
  const [first] = cpus();
  return {
    date: now.toISOString().slice(0, 10),
    processor: first?.model.trim() ?? "unknown",
    processors: cpus().length,
    memory: Math.round(totalmem() / 2 ** 20),
    kernel: release(),
    load: recentLoad(),
    versions: {
      gpuhost: projectVersion(),
      // The Node in the package; this process may run on another.
      node: nodeFor(hostPlatform()).version,
      opentofu: tools.tofu.version,
      bpg: tools.bpg.version,
    },
  };
}

/** The load of the last minute, from /proc where there is one. */
export function recentLoad(): number {
  try {
    return Number(readFileSync("/proc/loadavg", "utf8").split(" ")[0]);
  } catch {
    return loadavg()[0] ?? Number.NaN;
  }
}
