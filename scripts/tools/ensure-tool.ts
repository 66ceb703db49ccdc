/** Finds or makes the pinned tools: `await ensureTool("tofu")` returns the path of a suitable one. */
import { randomUUID } from "node:crypto";
import { constants } from "node:fs";
import { access, chmod, mkdir, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { messageOf } from "../../src/message-of.ts";
import { withLock } from "../lock.mjs";
import { cacheFolder, hostPlatform, platformName } from "../project.ts";
import { executableFile } from "../system.mjs";
import { goBuild } from "./go-build.ts";
import { executablesOnPath } from "./on-path.ts";
import { downloadRelease } from "./release.ts";
import { type Tool, type ToolName, tools } from "./tool.ts";

/** Leftovers of killed runs are removed when they are older than this, in milliseconds. */
const LEFTOVER_AGE = 24 * 60 * 60 * 1000;

export interface Surroundings {
  readonly environment: NodeJS.ProcessEnv;
  /** Gets messages about long steps. */
  readonly say: (line: string) => void;
  /** The folder of all finished tools. */
  readonly cache: string;
  /** As `linux_amd64`. */
  readonly platform: string;
}

/**
 * Finds a pinned tool on the PATH or in the cache, or makes it: from its Go module, or else from its official release.
 * Safe when several runs start at once.
 *
 * @param name One of the tools that every run needs, or another tool.
 * @returns The absolute path of an executable that answered with the pinned version.
 * @throws {Error} When there is no way to get it, with everything that was tried.
 */
export function ensureTool(name: ToolName | Tool, say: (line: string) => void): Promise<string> {
  return provideTool(typeof name === "string" ? tools[name] : name, {
    environment: process.env,
    say,
    cache: join(cacheFolder(), "tools"),
    platform: platformName(hostPlatform()),
  });
}

/** The same for any tool and surroundings. */
export async function provideTool(tool: Tool, surroundings: Surroundings): Promise<string> {
  const onPath = tool.fromPath ? await findOnPath(tool, surroundings.environment) : undefined;
  if (onPath !== undefined) return onPath;
  const folder = join(surroundings.cache, `${tool.name}-${tool.version}-${surroundings.platform}`);
  const cached = join(folder, executableFile(tool.executable));
  if (await fits(tool, cached)) return cached;

  const onWait = (owner: string): void => {
    surroundings.say(`Waiting for ${owner}, which is getting ${tool.title} ${tool.version}`);
  };
  return await withLock(cached, { onWait }, async () => {
    // An earlier owner of the lock has probably done the work.
    if (await fits(tool, cached)) return cached;
    await makeWritable(folder);
    await removeLeftovers(folder);
    const partial = join(folder, executableFile(`.partial-${randomUUID()}`));
    try {
      await make(tool, partial, surroundings);
      await chmod(partial, 0o755);
      await rename(partial, cached);
    } finally {
      await rm(partial, { force: true });
    }
    return cached;
  });
}

async function findOnPath(tool: Tool, environment: NodeJS.ProcessEnv): Promise<string | undefined> {
  for (const candidate of executablesOnPath(executableFile(tool.executable), environment)) {
    if (await fits(tool, candidate)) return candidate;
  }
  return undefined;
}

async function fits(tool: Tool, path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
  } catch {
    return false;
  }
  return (await tool.ask(path)) === tool.version;
}

async function makeWritable(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    throw new Error(
      `The cache folder ${folder} cannot be written to (${messageOf(error)}). Set XDG_CACHE_HOME to one that can.`,
      { cause: error },
    );
  }
}

async function removeLeftovers(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (!name.startsWith(".partial-")) continue;
    const { mtimeMs } = await stat(path);
    if (Date.now() - mtimeMs > LEFTOVER_AGE) await rm(path, { force: true });
  }
}

async function make(tool: Tool, output: string, surroundings: Surroundings): Promise<void> {
  const { environment, say, platform } = surroundings;
  const name = `${tool.title} ${tool.version}`;
  const failures: string[] = [];

  say(`Building ${name} from its Go module, once (${tool.source.duration} on two cores)`);
  try {
    await goBuild(tool.source, output, environment, say);
    if (await fits(tool, output)) return;
    failures.push(`What Go built does not answer as version ${tool.version}.`);
  } catch (error) {
    failures.push(`It could not be built: ${messageOf(error)}`);
  }

  const release = tool.releases[platform];
  if (release === undefined) {
    failures.push(`No checksum of a release for ${platform} is known here.`);
  } else {
    say(`That failed. Downloading the release of ${name} instead`);
    try {
      await downloadRelease(release, output);
      if (await fits(tool, output)) return;
      failures.push(`The release does not answer as version ${tool.version}.`);
    } catch (error) {
      failures.push(`It could not be downloaded: ${messageOf(error)}`);
    }
  }
  const onPath = tool.fromPath ? `, or put ${tool.executable} ${tool.version} on the PATH` : "";
  throw new Error(
    `${name} is needed and there is none.\n${failures.map((failure) => `- ${failure}`).join("\n")}\n` +
      `Install Go 1.21 or newer, which fetches the toolchain it needs${onPath}.`,
  );
}
