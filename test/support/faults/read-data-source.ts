/** A data source read under a fault, asked by a host of our own. */
import { Diagnostic_Severity, ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { type LaunchedPlugin, launchPlugin } from "../host/launch.ts";
import { memoryOf } from "../host/process-state.ts";
import { configureRequest, readRequest } from "../host/reading.ts";
import { endOf } from "./ending.ts";
import type { Observed } from "./judge.ts";
import { waitedForProcessor } from "./process-figures.ts";
import type { FaultScene } from "./scene.ts";
import { within } from "./within.ts";

export async function readDataSource(executable: string, scene: FaultScene): Promise<Observed> {
  await using plugin = await launchPlugin({
    command: executable,
    variables: { ...scene.surroundings, TF_LOG: "TRACE", ...scene.environment },
  });
  const read = await within(scene, ask(plugin, scene));
  const memory = memoryOf(plugin.pid, "VmHWM");
  const left = await endOf(plugin, scene, 0);
  // Throws where a line of the log is not one of JSON.
  void plugin.log;
  return { ...read, memory, output: `${plugin.stdout}\n${plugin.stderr}`, left };
}

async function ask(
  plugin: LaunchedPlugin,
  scene: FaultScene,
): Promise<Omit<Observed, "memory" | "output" | "left">> {
  const request = readRequest(scene.reader, scene.readArguments);
  const connection = plugin.connect();
  connection.openStreams();
  const configure = configureRequest(scene.providerArguments);
  const configured = await connection.call(ProviderService.configureProvider, configure);
  const waited = waitedForProcessor(plugin.pid);
  const start = performance.now();
  const { state, diagnostics } = await connection.call(ProviderService.readDataSource, request);
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
