/** How fast the packaged provider ends, whoever ends it and whatever it does then: tried by a test, and measured by `npm run test:endings`. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { connect, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProviderService } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import type { PveStandIn } from "../pve/stand-in.ts";
import type { Moment } from "./doomed.ts";
import { type LaunchedPlugin, launchPlugin } from "./launch.ts";
import { ended } from "./process-state.ts";
import { configuredConnection, readDevices } from "./reading.ts";

/** Whoever runs longer than this is taken to run for ever. */
const MOST_MS = 30_000;

const STRANGERS = 1000;

/** What a provider is launched with. `pve` does not answer what is asked of its hardware. */
export interface EndingScene {
  readonly binary: string;
  readonly pve: PveStandIn;
}

/** One way to end, or to be ended. */
export interface Ending {
  readonly what: string;
  /** What it may take on a machine that has nothing else to do, in milliseconds. */
  readonly boundMs: number;
  /** @returns the milliseconds that it took. @throws when something is left behind, or was not said */
  measure(scene: EndingScene): Promise<number>;
}

export const ENDINGS: readonly Ending[] = [
  ...(
    [
      ["launched", "the host is killed while the provider starts"],
      ["serving", "the host is killed before it connects"],
      ["connected", "the host is killed between calls"],
      ["reading", "the host is killed while Proxmox does not answer"],
    ] as const
  ).map(([moment, what]) => ({
    what,
    boundMs: 2000,
    measure: (scene: EndingScene) => killedHost(moment, scene),
  })),
  {
    what: "Shutdown between calls",
    boundMs: 100,
    measure: (scene) => shutdown(scene, async () => undefined),
  },
  {
    what: "Shutdown while Proxmox does not answer",
    boundMs: 100,
    measure: (scene) => shutdown(scene, async (plugin) => void (await beginRead(plugin, scene))),
  },
  {
    what: "Stop, as after Ctrl-C, while Proxmox does not answer: the read ends with a diagnostic",
    boundMs: 1000,
    measure: stopped,
  },
  {
    what: "a cancelled call while Proxmox does not answer: the connection to Proxmox ends",
    boundMs: 1000,
    measure: cancelled,
  },
  {
    what: `the host connects and gets the schema beside ${STRANGERS} half-open connections`,
    boundMs: 1000,
    measure: (scene) => besideStrangers(scene, "schema"),
  },
  {
    what: `Shutdown beside ${STRANGERS} half-open connections`,
    boundMs: 500,
    measure: (scene) => besideStrangers(scene, "shutdown"),
  },
];

function variablesFor({ pve }: EndingScene): Record<string, string> {
  return {
    PROXMOX_VE_ENDPOINT: pve.endpoint,
    PROXMOX_VE_API_TOKEN: pve.tokens.discovery,
    GPUHOST_CA_FILE: pve.caFile,
  };
}

async function killedHost(moment: Moment, scene: EndingScene): Promise<number> {
  const directory = mkdtempSync(join(tmpdir(), "doomed-"));
  try {
    const host = spawn(process.execPath, [join(import.meta.dirname, "doomed.ts"), moment, scene.binary], {
      env: { PATH: process.env["PATH"] ?? "", TMPDIR: directory, ...variablesFor(scene) },
      stdio: ["pipe", "pipe", "inherit"],
    });
    const [line] = (await once(host.stdout, "data")) as [Buffer];
    if (moment === "reading") await hardwareAsked(scene.pve);
    const exited = once(host, "exit");
    host.stdin.write("\n");
    await exited;
    const took = await ended(Number(line.toString("utf8")), MOST_MS);
    requireEmpty(directory);
    return took;
  } finally {
    scene.pve.requests.clear();
    rmSync(directory, { recursive: true });
  }
}

async function shutdown(
  scene: EndingScene,
  before: (plugin: LaunchedPlugin) => Promise<void>,
): Promise<number> {
  await using plugin = await launchPlugin({ command: scene.binary, variables: variablesFor(scene) });
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.getProviderSchema, {});
  await before(plugin);
  return await endByShutdown(plugin);
}

async function endByShutdown(plugin: LaunchedPlugin): Promise<number> {
  const connection = plugin.connect();
  // The connection is there before the time begins.
  await connection.call(ProviderService.getMetadata, {}).catch(() => undefined);
  void connection.shutdown();
  const took = await ended(plugin.pid, MOST_MS);
  const { code } = await plugin.exited;
  if (code !== 0) throw new Error(`the provider ended with ${code}`);
  requireEmpty(plugin.temporaryDirectory);
  return took;
}

async function beginRead(plugin: LaunchedPlugin, { pve }: EndingScene, signal?: AbortSignal) {
  pve.requests.clear();
  const connection = await configuredConnection(plugin);
  const read = readDevices(connection, signal).catch((error: unknown) => error);
  await hardwareAsked(pve);
  return { connection, read };
}

async function stopped(scene: EndingScene): Promise<number> {
  await using plugin = await launchPlugin({ command: scene.binary, variables: variablesFor(scene) });
  const { connection, read } = await beginRead(plugin, scene);
  plugin.kill("SIGINT");
  const start = performance.now();
  await connection.call(ProviderService.stopProvider, {});
  const answer = await read;
  const took = performance.now() - start;
  const text = JSON.stringify(answer);
  if (!text.includes("was cancelled: the host asked the provider to stop"))
    throw new Error(`it said ${text}`);
  return took;
}

async function cancelled(scene: EndingScene): Promise<number> {
  await using plugin = await launchPlugin({ command: scene.binary, variables: variablesFor(scene) });
  const cancel = new AbortController();
  const { connection, read } = await beginRead(plugin, scene, cancel.signal);
  const start = performance.now();
  cancel.abort();
  await scene.pve.closedByClients();
  const took = performance.now() - start;
  await read;
  // It lives on.
  await connection.call(ProviderService.getProviderSchema, {});
  return took;
}

async function besideStrangers(scene: EndingScene, what: "schema" | "shutdown"): Promise<number> {
  await using plugin = await launchPlugin({ command: scene.binary, variables: variablesFor(scene) });
  const strangers = await connectStrangers(plugin.handshake.address);
  const start = performance.now();
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.getProviderSchema, {});
  const took = performance.now() - start;
  const ending = await endByShutdown(plugin);
  for (const stranger of strangers) stranger.destroy();
  return what === "schema" ? took : ending;
}

/** Half of them say nothing, the others begin with TLS and do not go on. */
async function connectStrangers(path: string): Promise<readonly Socket[]> {
  const strangers: Socket[] = [];
  for (let index = 0; index < STRANGERS; index += 1) {
    const socket = connect(path);
    socket.on("error", () => undefined);
    await once(socket, "connect");
    if (index % 2 === 1) socket.write(Buffer.from("16030100", "hex"));
    strangers.push(socket);
  }
  return strangers;
}

async function hardwareAsked(pve: PveStandIn): Promise<void> {
  await pve.requests.waitFor(({ path }) => path.endsWith("/hardware/pci"));
}

function requireEmpty(directory: string): void {
  const left = readdirSync(directory, { recursive: true }).filter((name) => /plugin/.test(String(name)));
  if (left.length > 0) throw new Error(`left in the temporary folder: ${left.join(", ")}`);
}
