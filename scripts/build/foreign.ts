/** Builds packages of platforms other than that of this machine, where nothing of them can be run. */
import { mkdirSync } from "node:fs";
import { dirname, join } from "node:path";
import { withLock } from "../lock.mjs";
import { ensureNode, type PinnedNode, pinnedNodes } from "../nodes/node-binary.mjs";
import { cacheFolder, hostPlatform, mirrorFolder, type Platform, platformName } from "../project.ts";
import { buildUnlessThere } from "./build.ts";
import { packageSize } from "./package.ts";

/** Where fetched Nodes are kept. */
const nodesFolder = (): string => join(cacheFolder(), "nodes");

/** The Node that a platform's package is made of. @throws {Error} When none is known. */
export function nodeFor(platform: Platform): PinnedNode {
  const node = pinnedNodes().packages[platformName(platform)];
  if (node === undefined) throw new Error(`No Node for ${platformName(platform)} is known here.`);
  return node;
}

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
    const pinned = nodeFor(platform);
    const node = await ensureNode(pinned, nodesFolder(), say);
    const generator = await ensureGenerator(pinned.version, say);
    const built = await buildUnlessThere({
      platform,
      node,
      generator,
      say,
      record: join(folder, `${name}.json`),
      output,
      workFolder: join(folder, `${name}-work`),
      begin: () => say(`Building for ${name} with Node ${pinned.version} (half a minute)`),
    });
    if (built) say(`Built for ${name}: ${packageSize(output).toFixed(1)} MiB with Node ${pinned.version}`);
    return output;
  });
}

/** A Node of that version for this machine. */
async function ensureGenerator(version: string, say: (line: string) => void): Promise<string> {
  if (process.version === `v${version}`) return process.execPath;
  const own = platformName(hostPlatform());
  const { generators, packages } = pinnedNodes();
  const fitting = [generators[own], packages[own]].find((one) => one?.version === version);
  if (fitting !== undefined) return await ensureNode(fitting, nodesFolder(), say);
  throw new Error(`Node ${version} for ${own} is not known here. Build for all platforms on Linux.`);
}
