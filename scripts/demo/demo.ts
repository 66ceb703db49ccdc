/** The demo: the story of a card that moves, or a look at the user's own cluster. */
import { ensureBuilt } from "../build/build.ts";
import { credentialsAlone, namesCluster } from "./environment.ts";
import type { Interruption } from "./interruption.ts";
import { Narrator } from "./narrator.ts";
import { lookAtCluster } from "./own-cluster.ts";
import type { Setting } from "./setting.ts";
import { tellStory } from "./story.ts";
import { makeWorkspace } from "./workspace.ts";

/**
 * Runs the demo, and removes all it has made except the tools and the provider.
 *
 * @returns The exit status.
 * @throws {Error} When a tool cannot be had, when OpenTofu fails, or at a signal.
 */
export async function runDemo(
  environment: NodeJS.ProcessEnv,
  interruption: Interruption,
  platform: NodeJS.Platform = process.platform,
): Promise<number> {
  const coloured = process.stdout.isTTY === true && (environment["NO_COLOR"] ?? "") === "";
  const narrator = new Narrator((line) => console.log(line), coloured);
  const { mirror, binary } = await interruption.race(ensureBuilt((line) => narrator.say(line)));
  const workspace = makeWorkspace(mirror, platform);
  const userFolder = environment["INIT_CWD"] ?? process.cwd();
  const setting: Setting = {
    environment,
    platform,
    interruption,
    narrator,
    gpuhost: binary,
    workspace,
    userFolder,
  };
  try {
    if (namesCluster(environment)) return await lookAtCluster(setting);
    const credentials = credentialsAlone(environment);
    if (credentials !== null) {
      narrator.say(
        `${credentials} is set, but not PROXMOX_VE_ENDPOINT: without it this is about a stand-in.`,
      );
    }
    await tellStory(setting);
    return 0;
  } finally {
    workspace.remove();
  }
}
