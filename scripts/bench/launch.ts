/** One launch of a provider by a host of our own. */
import { readFileSync } from "node:fs";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { launchPlugin } from "../../test/support/host/launch.ts";

/** Times in milliseconds from the start of the process. */
export interface Launch {
  readonly handshake: number;
  /** When the schema was there. */
  readonly schema: number;
  readonly exit: number;
  /** Memory then, in MiB. */
  readonly resident: number;
}

/** Launches a provider, asks for its schema over mutual TLS and ends it, as `tofu providers schema` does. */
export async function launchForSchema(command: string): Promise<Launch> {
  await using plugin = await launchPlugin({ command });
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.getProviderSchema, {});
  const schema = performance.now() - plugin.startedAt;
  const resident = memoryOf(plugin.pid, "VmRSS");
  await connection.shutdown();
  await plugin.exited;
  return {
    handshake: plugin.firstLineAt - plugin.startedAt,
    schema,
    exit: performance.now() - plugin.startedAt,
    resident,
  };
}

/** What a process has in memory, or had at most, in MiB; 0 when it has ended. Source: proc_pid_status(5). */
export function memoryOf(pid: number | string, field: "VmRSS" | "VmHWM"): number {
  const found = new RegExp(`^${field}:\\s+(\\d+) kB$`, "m").exec(readOrNothing(`/proc/${pid}/status`));
  return Number(found?.[1] ?? 0) / 1024;
}

/** A file of a process; empty when the process has ended or is another user's. */
export function readOrNothing(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return "";
  }
}
