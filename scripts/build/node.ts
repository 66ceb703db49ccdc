/** The Node binaries in the packages. */
import { join } from "node:path";
import { ensureNode, nodeLicence, type PinnedNode, pinnedNodes } from "../nodes/node-binary.mjs";
import { cacheFolder, hostPlatform, type Platform, platformName } from "../project.ts";

/** The folder of fetched Nodes. */
const nodesFolder = (): string => join(cacheFolder(), "nodes");

/** The Node for a platform's package. @throws {Error} When none is known. */
export function nodeFor(platform: Platform): PinnedNode {
  const node = pinnedNodes()[platformName(platform)];
  if (node === undefined) throw new Error(`No Node for ${platformName(platform)} is known here.`);
  return node;
}

export interface BuildNodes {
  /** The binary of the platform to build for. */
  readonly node: string;
  /** One of the same version that runs here: it prepares the contents of the other. */
  readonly generator: string;
}

/**
 * Makes sure that the Nodes for a package of this platform are in the cache.
 *
 * @param say Gets messages about long steps.
 * @throws {Error} When one cannot be fetched, or no Node of that version runs here.
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

/** The absolute path of the licence of a fetched Node. */
export function licenceOf(node: PinnedNode): string {
  return nodeLicence(node, nodesFolder());
}
