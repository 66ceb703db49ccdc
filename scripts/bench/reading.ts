/** One read by the packaged provider, asked by a host of our own: without OpenTofu, whose work outweighs it. */
import { launchPlugin } from "../../test/support/host/launch.ts";
import { memoryOf, processFile } from "../../test/support/host/process-state.ts";
import { configuredConnection, readDevices } from "../../test/support/host/reading.ts";
import type { BenchServer } from "./proxmox.ts";

export interface Reading {
  /** From the request to the answer, in milliseconds. */
  readonly wall: number;
  /** Of processors in the provider meanwhile, in milliseconds. */
  readonly cpu: number;
  /** The most memory that the provider had, in MiB. */
  readonly memory: number;
  /** Of the answer, in MiB. */
  readonly size: number;
}

/** A clock tick in milliseconds. Source: proc_pid_stat(5), USER_HZ. */
const TICK = 10;

/** Reads everything there is on a server. */
export async function readEverything(executable: string, server: BenchServer): Promise<Reading> {
  await using plugin = await launchPlugin({ command: executable, variables: server.environment });
  const connection = await configuredConnection(plugin);
  const cpuBefore = processorTime(plugin.pid);
  const start = performance.now();
  const { state, diagnostics } = await readDevices(connection);
  const wall = performance.now() - start;
  if (state === undefined)
    throw new Error(`Reading failed: ${diagnostics.map(({ detail }) => detail).join()}`);
  const reading = {
    wall,
    cpu: processorTime(plugin.pid) - cpuBefore,
    memory: memoryOf(plugin.pid, "VmHWM"),
    size: state.msgpack.length / 2 ** 20,
  };
  await connection.shutdown();
  await plugin.exited;
  return reading;
}

/** User and system time of a process so far, in milliseconds. */
function processorTime(pid: number): number {
  const fields = processFile(pid, "stat")
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
