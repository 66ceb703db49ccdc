/** A data source read under a fault, asked by a host of our own. */
import { createProvider } from "../../../src/provider/provider.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { Diagnostic_Severity, ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { dynamicValueOf } from "../host/dynamic-value.ts";
import { type LaunchedPlugin, launchPlugin } from "../host/launch.ts";
import { endOf } from "./ending.ts";
import type { Observed } from "./judge.ts";
import { peakMemory, waitedForProcessor } from "./process-figures.ts";
import type { FaultScene } from "./scene.ts";
import { within } from "./within.ts";

const { attributes, dataSources } = createProvider({
  version: "0.0.0",
  environment: {},
  secrets: new Secrets(),
});

export async function readDataSource(executable: string, scene: FaultScene): Promise<Observed> {
  await using plugin = await launchPlugin({
    command: executable,
    variables: { ...scene.surroundings, TF_LOG: "TRACE", ...scene.environment },
  });
  const read = await within(scene, ask(plugin, scene));
  const memory = peakMemory(plugin.pid);
  const left = await endOf(plugin, scene, 0);
  // Throws where a line of the log is not one of JSON.
  void plugin.log;
  return { ...read, memory, output: `${plugin.stdout}\n${plugin.stderr}`, left };
}

async function ask(
  plugin: LaunchedPlugin,
  scene: FaultScene,
): Promise<Omit<Observed, "memory" | "output" | "left">> {
  const source = dataSources.find(({ name }) => name === scene.reader);
  if (source === undefined) throw new Error(`The provider has no data source ${scene.reader}.`);
  const connection = plugin.connect();
  connection.openStreams();
  const configured = await connection.call(ProviderService.configureProvider, {
    terraformVersion: "1.12.6",
    config: dynamicValueOf(attributes, scene.providerArguments),
    clientCapabilities: undefined,
  });
  const waited = waitedForProcessor(plugin.pid);
  const start = performance.now();
  const { state, diagnostics } = await connection.call(ProviderService.readDataSource, {
    typeName: `gpuhost_${source.name}`,
    config: dynamicValueOf(source.attributes, scene.readArguments),
    providerMeta: undefined,
    clientCapabilities: undefined,
  });
  const milliseconds = performance.now() - start;
  const told = [...configured.diagnostics, ...diagnostics].map(({ severity, summary, detail }) => ({
    severity: severity === Diagnostic_Severity.ERROR ? ("error" as const) : ("warning" as const),
    summary,
    detail,
  }));
  void connection.shutdown();
  return {
    told,
    state: state?.msgpack ?? null,
    milliseconds,
    waited: waitedForProcessor(plugin.pid) - waited,
  };
}
