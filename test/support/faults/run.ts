/** Runs the packaged provider once under a fault, asked by a host of our own. */
import { readFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { createProvider } from "../../../src/provider/provider.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { Diagnostic_Severity, ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import { dynamicValueOf } from "../host/dynamic-value.ts";
import { type LaunchedPlugin, launchPlugin } from "../host/launch.ts";
import { processesWith } from "../tofu/process.ts";
import { judge, type Observed, type Reference, SLACK_MS, type Told } from "./judge.ts";
import type { FaultKind } from "./kind.ts";
import { FaultScene } from "./scene.ts";
import { SAME } from "./strike.ts";

/** One run, judged. */
export interface RunReport {
  readonly kind: FaultKind;
  readonly seed: number;
  readonly outcome: "result" | "error" | "none";
  readonly milliseconds: number;
  readonly memory: number;
  /** What was wrong; empty when all was right. */
  readonly problems: readonly string[];
  /** What the provider told, for whoever looks into it. */
  readonly told: readonly Told[];
}

const EXIT_MS = 5_000;

const { attributes, dataSources } = createProvider({
  version: "0.0.0",
  environment: {},
  secrets: new Secrets(),
});

/** Nothing happens. */
export const NO_FAULT: FaultKind = {
  name: "none",
  group: "answer",
  wire: "nothing",
  strikes: "nothing",
  outcome: SAME,
  setting: { timeout: 60 },
  arrange: () => undefined,
};

/** Reads without a fault. */
export async function readReference(executable: string): Promise<Reference> {
  const scene = await FaultScene.open(NO_FAULT, 1, []);
  try {
    const { observed, problems } = await observe(executable, scene);
    const { state, told } = observed;
    if (state === null || problems.length > 0) {
      throw new Error(`A read without a fault fails: ${JSON.stringify({ told, problems })}`);
    }
    const requests = scene.proxies.flatMap(({ seen }) => seen.map(({ target }) => target));
    return { state, told, requests: [...new Set(requests)] };
  } finally {
    await scene.close();
  }
}

/** Runs one kind with one seed. */
export async function runFault(
  executable: string,
  kind: FaultKind,
  seed: number,
  reference: Reference,
): Promise<RunReport> {
  const scene = await FaultScene.open(kind, seed, reference.requests);
  try {
    const { observed, problems } = await observe(executable, scene);
    const { told, milliseconds, memory } = observed;
    const isError = told.some(({ severity }) => severity === "error");
    return {
      kind,
      seed,
      outcome: isError ? "error" : "result",
      milliseconds,
      memory,
      problems: [...problems, ...judge(scene, observed, reference)],
      told,
    };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { kind, seed, outcome: "none", milliseconds: 0, memory: 0, problems: [problem], told: [] };
  } finally {
    await scene.close();
  }
}

async function observe(
  executable: string,
  scene: FaultScene,
): Promise<{ readonly observed: Observed; readonly problems: readonly string[] }> {
  await using plugin = await launchPlugin({
    command: executable,
    variables: {
      HTTPS_PROXY: undefined,
      https_proxy: undefined,
      NO_PROXY: undefined,
      no_proxy: undefined,
      SSL_CERT_FILE: undefined,
      TF_LOG: "TRACE",
      ...scene.environment,
    },
  });
  const read = await within(scene.boundMs + SLACK_MS + 20_000, readDevices(plugin, scene));
  const memory = peakMemory(plugin.pid);
  const problems = await ends(plugin, scene);
  // Throws where a line of the log is not one of JSON.
  void plugin.log;
  return {
    observed: { ...read, memory, output: `${plugin.stdout}\n${plugin.stderr}` },
    problems,
  };
}

async function readDevices(
  plugin: LaunchedPlugin,
  scene: FaultScene,
): Promise<Omit<Observed, "memory" | "output">> {
  const source = dataSources.find(({ name }) => name === "pci_devices");
  if (source === undefined) throw new Error("The provider has no data source pci_devices.");
  const connection = plugin.connect();
  connection.openStreams();
  const configured = await connection.call(ProviderService.configureProvider, {
    terraformVersion: "1.12.6",
    config: dynamicValueOf(attributes, scene.providerArguments),
    clientCapabilities: undefined,
  });
  const start = performance.now();
  const { state, diagnostics } = await connection.call(ProviderService.readDataSource, {
    typeName: "gpuhost_pci_devices",
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
  const shutdown = connection.shutdown();
  void shutdown;
  return { told, state: state?.msgpack ?? null, milliseconds };
}

/** Waits for the end of a provider that was told to end, and says what of it is left. */
async function ends(plugin: LaunchedPlugin, { proxies }: FaultScene): Promise<string[]> {
  const exit = await Promise.race([plugin.exited, delay(EXIT_MS, null, { ref: false })]);
  if (exit === null) return [`the provider still runs ${EXIT_MS} ms after Shutdown`];
  for (let wait = 0; wait < 50 && proxies.some(({ openSockets }) => openSockets > 0); wait += 1)
    await delay(20);
  const left = processesWith("TMPDIR", plugin.temporaryDirectory);
  return [
    ...(exit.code === 0 ? [] : [`the provider ended with ${exit.code ?? exit.signal}`]),
    ...(proxies.some(({ openSockets }) => openSockets > 0) ? ["a socket is open after the end"] : []),
    ...(left.length > 0 ? [`processes are left: ${left.join(", ")}`] : []),
  ];
}

/** The most memory of a process that was resident so far, in MiB. Source: proc_pid_status(5), VmHWM. */
function peakMemory(pid: number): number {
  return Number(/^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "latin1"))?.[1] ?? 0) / 1024;
}

async function within<T>(milliseconds: number, work: Promise<T>): Promise<T> {
  const late = Symbol("late");
  const done = await Promise.race([work, delay(milliseconds, late, { ref: false })]);
  if (typeof done === "symbol") throw new Error(`no answer within ${Math.round(milliseconds)} ms`);
  return done;
}
