/**
 * A host that launches a provider and dies of SIGKILL: `doomed.ts MOMENT PROGRAM`. It prints the provider's process id, and
 * dies when a line comes on its standard input. The provider is configured by the environment.
 */
import { once } from "node:events";
import { ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { type LaunchedProcess, type LaunchOptions, launchPlugin, launchProcess } from "./launch.ts";
import { configuredConnection, readDevices } from "./reading.ts";

/** How far the provider is when the host dies. */
export type Moment = "launched" | "serving" | "connected" | "reading";

const reach: Readonly<Record<Moment, (options: LaunchOptions) => Promise<LaunchedProcess>>> = {
  launched: async (options) => launchProcess(options),
  serving: (options) => launchPlugin(options),
  connected: async (options) => {
    const plugin = await launchPlugin(options);
    const connection = plugin.connect();
    connection.openStreams();
    await connection.call(ProviderService.getProviderSchema, {});
    return plugin;
  },
  reading: async (options) => {
    const plugin = await launchPlugin(options);
    void readDevices(await configuredConnection(plugin)).catch(() => undefined);
    return plugin;
  },
};

const [, , moment, command = ""] = process.argv;
const variables = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => /^(GPUHOST|PROXMOX|TMPDIR)/.test(name)),
);
const plugin = await reach[moment as Moment]({ command, variables });
process.stdout.write(`${plugin.pid}\n`);
await once(process.stdin, "data");
process.kill(process.pid, "SIGKILL");
