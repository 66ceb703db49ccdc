/** One launch of a provider by our own host. */
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { launchPlugin } from "../../test/support/host/launch.ts";
import { memoryOf } from "../../test/support/host/process-state.ts";

/** Times in milliseconds from the start of the process. */
export interface Launch {
  readonly handshake: number;
  /** When the schema has arrived. */
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
