/** The Node binaries that packages are made of. */
import { join } from "node:path";
import { ensureNode, nodeLicence, type PinnedNode, pinnedNodes } from "../nodes/node-binary.mjs";
import { cacheFolder, hostPlatform, type Platform, platformName } from "../project.ts";

/** Where fetched Nodes are kept. */
const nodesFolder = (): string => join(cacheFolder(), "nodes");

/** The Node that a platform's package is made of. @throws {Error} When none is known. */
export function nodeFor(platform: Platform): PinnedNode {
  const node = pinnedNodes()[platformName(platform)];
  if (node === undefined) throw new Error(`No Node for ${platformName(platform)} is known here.`);
  return node;
}

export interface BuildNodes {
  /** The binary of the platform to build for. */
  readonly node: string;
  /** One of the same version that runs here: it makes what goes into the other. */
  readonly generator: string;
}

/**
 * Makes sure that what a package of this platform is made of is in the cache.
 *
 * @param say Hears what takes long.
 * @throws {Error} When it cannot be had, or no Node of that version runs here.
 */
export async function ensureNodes(platform: Platform, say: (line: string) => void): Promise<BuildNodes> {
  const own = nodeFor(hostPlatform());
  const wanted = nodeFor(platform);
  if (own.version !== wanted.version) {
    const [here, there] = [hostPlatform(), platform].map(platformName);
    throw new Error(
      `The Nodes for ${here} and ${there} have different versions in scripts/nodes/nodes.json.`,
    );
  }
  const generator = await ensureNode(own, nodesFolder(), say);
  return { node: await ensureNode(wanted, nodesFolder(), say), generator };
}

/** The text of the licence that came with a Node that has been fetched: an absolute path. */
export function licenceOf(node: PinnedNode): string {
  return nodeLicence(node, nodesFolder());
}
