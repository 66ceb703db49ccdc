/** Builds the package of any platform; of one other than that of this machine nothing can be run. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "../lock.mjs";
import {
  executableName,
  isHostPlatform,
  mirrorFolder,
  type Platform,
  platformName,
  projectVersion,
} from "../project.ts";
import { buildUnlessThere, ensureBuilt } from "./build.ts";
import { nodeFor } from "./node.ts";
import { packageSize } from "./package.ts";

/** Makes sure of the package of a platform, of this machine's too. @returns What a host starts; its folder is the package. */
export async function ensureProgram(platform: Platform, say: (line: string) => void): Promise<string> {
  return isHostPlatform(platform) ? (await ensureBuilt(say)).binary : await ensureForeign(platform, say);
}

/**
 * Makes sure that the package of another platform in `dist/platforms` is that of the sources as they are.
 *
 * @param say Hears what takes long, and how large the package is.
 * @param folder Where packages of other platforms are.
 * @returns What a host starts; its folder is the package.
 * @throws {Error} When its Node cannot be had, or no Node of that version runs here.
 */
export async function ensureForeign(
  platform: Platform,
  say: (line: string) => void,
  folder: string = join(dirname(mirrorFolder), "platforms"),
): Promise<string> {
  const name = platformName(platform);
  const output = join(folder, name);
  const onWait = (owner: string): void => say(`Waiting for ${owner}, which is building for ${name}`);
  return await withLock(output, { onWait }, async () => {
    mkdirSync(folder, { recursive: true });
    const { version } = nodeFor(platform);
    const built = await buildUnlessThere({
      platform,
      say,
      record: join(folder, `${name}.json`),
      output,
      workFolder: join(folder, `${name}-work`),
      begin: () => say(`Building for ${name} with Node ${version} (half a minute)`),
    });
    if (built) say(`Built for ${name}: ${packageSize(output).toFixed(1)} MiB with Node ${version}`);
    return join(output, executableName(projectVersion(), platform));
  });
}
