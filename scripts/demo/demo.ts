/** The demo: one configuration, read by the real OpenTofu with the packaged provider. */
import { join } from "node:path";
import { type PveStandIn, startPve } from "../../test/support/pve/stand-in.ts";
import { ensureBuilt } from "../build/build.ts";
import { ensureTool } from "../tools/ensure-tool.ts";
import { clusterEnvironment, missingForCluster, namesCluster, standInEnvironment } from "./environment.ts";
import type { Interruption } from "./interruption.ts";
import { runTofu } from "./tofu.ts";
import { makeWorkspace, type Workspace } from "./workspace.ts";

/**
 * Runs the demo and removes all it has made but the tools and the provider.
 *
 * @throws {Error} When a tool cannot be had, when OpenTofu fails, or at a signal.
 */
export async function runDemo(environment: NodeJS.ProcessEnv, interruption: Interruption): Promise<void> {
  const say = (line: string): void => console.log(line);
  const { mirror } = await interruption.race(ensureBuilt(say));
  const tofu = await interruption.race(ensureTool("tofu", say));
  const workspace = makeWorkspace(mirror);
  try {
    const run = namesCluster(environment) ? readCluster : readStandIns;
    await run({ environment, interruption, tofu, workspace });
    console.log("\nDone. What OpenTofu has made is removed again.");
  } finally {
    workspace.remove();
  }
}

interface Demo {
  readonly environment: NodeJS.ProcessEnv;
  readonly interruption: Interruption;
  /** The executable. */
  readonly tofu: string;
  readonly workspace: Workspace;
}

async function readCluster(demo: Demo): Promise<void> {
  console.log("Reading the cluster that the environment names.");
  const environment = clusterEnvironment(demo.environment, userFolder(demo.environment));
  await planAndApply(demo, "cluster", environment);
}

async function readStandIns(demo: Demo): Promise<void> {
  const missing = missingForCluster(demo.environment);
  if (missing !== null) {
    console.log(
      `${missing} is not set: to read your own cluster, set PROXMOX_VE_ENDPOINT and PROXMOX_VE_API_TOKEN.`,
    );
  }
  const started: PveStandIn[] = [];
  const start = async (source: "pve9" | "pve7"): Promise<string> => {
    const standIn = await startPve({ source });
    started.push(standIn);
    return JSON.stringify({
      endpoint: standIn.endpoint,
      api_token: standIn.tokens.discovery,
      ca_file: standIn.caFile,
    });
  };
  try {
    const variables = { TF_VAR_pve9: await start("pve9"), TF_VAR_pve7: await start("pve7") };
    const [pve9, pve7] = started.map(({ endpoint }) => endpoint);
    console.log(`Recorded answers of real servers are served by ${pve9} (Proxmox VE 9.2) and ${pve7} (7.4).`);
    const environment = standInEnvironment(demo.environment, userFolder(demo.environment));
    await planAndApply(demo, "demo", { ...environment, ...variables });
  } finally {
    await Promise.all(started.map((standIn) => standIn.close()));
  }
}

async function planAndApply(demo: Demo, example: string, environment: NodeJS.ProcessEnv): Promise<void> {
  const tofu = {
    path: demo.tofu,
    folder: join(demo.workspace.examples, example),
    environment: { ...environment, ...demo.workspace.environment },
    interruption: demo.interruption,
  };
  console.log(`The configuration is examples/${example}.`);
  await runTofu(tofu, ["init"]);
  await runTofu(tofu, ["plan", "-out=demo.tfplan"]);
  await runTofu(tofu, ["apply", "demo.tfplan"]);
}

/** Where the user was when he called npm, which runs scripts in the folder of package.json. */
function userFolder(environment: NodeJS.ProcessEnv): string {
  return environment["INIT_CWD"] ?? process.cwd();
}
