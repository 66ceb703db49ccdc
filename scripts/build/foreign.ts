/** Builds packages of platforms other than that of this machine, where nothing of them can be run. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "../lock.mjs";
import { mirrorFolder, type Platform, platformName } from "../project.ts";
import { buildUnlessThere } from "./build.ts";
import { nodeFor } from "./node.ts";
import { packageSize } from "./package.ts";

/**
 * Makes sure that the package of another platform in `dist/platforms` is that of the sources as they are.
 *
 * @param say Hears what takes long, and how large the package is.
 * @param folder Where packages of other platforms are.
 * @returns Its folder.
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
    return output;
  });
}
