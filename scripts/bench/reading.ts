/** One read by the packaged provider, asked by a host of our own: without OpenTofu, whose work outweighs it. */
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { dynamicValueOf } from "../../test/support/host/dynamic-value.ts";
import { launchPlugin } from "../../test/support/host/launch.ts";
import { memoryOf, readOrNothing } from "./launch.ts";
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
  const { attributes, dataSources } = createProvider({
    version: "0.0.0",
    environment: {},
    secrets: new Secrets(),
  });
  const source = dataSources.find(({ name }) => name === "pci_devices");
  if (source === undefined) throw new Error("The provider has no data source pci_devices.");
  await using plugin = await launchPlugin({ command: executable, variables: server.environment });
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.configureProvider, {
    terraformVersion: "1.12.6",
    config: dynamicValueOf(attributes, {}),
    clientCapabilities: undefined,
  });
  const cpuBefore = processorTime(plugin.pid);
  const start = performance.now();
  const { state, diagnostics } = await connection.call(ProviderService.readDataSource, {
    typeName: "gpuhost_pci_devices",
    config: dynamicValueOf(source.attributes, {}),
    providerMeta: undefined,
    clientCapabilities: undefined,
  });
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
  const fields = readOrNothing(`/proc/${pid}/stat`)
    .replace(/^.*\) /s, "")
    .split(" ");
  return (Number(fields[11]) + Number(fields[12])) * TICK;
}
