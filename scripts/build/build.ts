/** Builds the provider into the filesystem mirror, or finds that it is there already. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { providerAddress } from "../../src/provider-address.ts";
import { withLock } from "../lock.mjs";
import {
  binaryPath,
  executableName,
  hostPlatform,
  mirrorFolder,
  projectRoot,
  projectVersion,
} from "../project.ts";
import { bundle, bundleForPerson } from "./bundle.ts";
import { digestInputs } from "./inputs.ts";
import { ensureNodes } from "./node.ts";
import { type PackageOptions, packageBundle, packageFiles } from "./package.ts";

export interface BuildResult {
  /** The executable in the mirror; its folder is the package. */
  readonly binary: string;
  /** The folder for `filesystem_mirror { path = … }`. */
  readonly mirror: string;
  /** Whether this call built it. */
  readonly built: boolean;
}

/** What the last build read and made. The file is beside the package's folder, not in it. */
interface BuildRecord {
  readonly inputs: string;
  readonly sha256: string;
}

/**
 * Makes sure that the executable in `dist/plugins` was built from the present sources.
 *
 * @param say Gets messages about long steps.
 */
export async function ensureBuilt(say: (line: string) => void): Promise<BuildResult> {
  const dist = dirname(mirrorFolder);
  const onWait = (owner: string): void => say(`Waiting for ${owner}, which is building the provider`);
  return await withLock(dist, { onWait }, () => build(dist, say));
}

async function build(dist: string, say: (line: string) => void): Promise<BuildResult> {
  const version = projectVersion();
  const platform = hostPlatform();
  const binary = binaryPath(version);
  const built = await buildUnlessThere({
    platform,
    say,
    record: join(dist, "build.json"),
    output: dirname(binary),
    workFolder: join(dist, "work"),
    begin: () => say(`Building the provider ${version} into dist/plugins (some seconds)`),
  });
  if (built) removeOtherVersions(join(mirrorFolder, providerAddress), version);
  return { binary, mirror: mirrorFolder, built };
}

export interface BuildOptions extends Pick<PackageOptions, "platform" | "say" | "output" | "workFolder"> {
  /** The file that says what was built. */
  readonly record: string;
  /** Called before there is something to do. */
  readonly begin: () => void;
}

/**
 * Builds a package unless its folder contains that of the present sources. The caller makes sure that no other process
 * does the same.
 *
 * @returns Whether there was something to do.
 */
export async function buildUnlessThere(options: BuildOptions): Promise<boolean> {
  const { platform, output, record, workFolder } = options;
  const version = projectVersion();
  const inputs = digestInputs(projectRoot, [process.version, process.platform, process.arch]);
  const last = readRecord(record);
  if (last?.inputs === inputs && existsSync(output) && last.sha256 === (await sha256(output))) return false;
  options.begin();
  rmSync(record, { force: true });
  const nodes = await ensureNodes(platform, options.say);
  const [plugin, person] = await Promise.all([bundle({ version }), bundleForPerson(version)]);
  await packageBundle({
    ...options,
    ...nodes,
    bundle: plugin.text,
    person: person.text,
    name: executableName(version, platform),
  });
  // What a killed build left there is of no use.
  rmSync(workFolder, { recursive: true, force: true });
  const content = { inputs, sha256: await sha256(output) } satisfies BuildRecord;
  writeFileSync(record, `${JSON.stringify(content)}\n`);
  return true;
}

function readRecord(path: string): BuildRecord | undefined {
  try {
    const content: unknown = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content !== "object" || content === null) return undefined;
    if (!("inputs" in content && "sha256" in content)) return undefined;
    const { inputs, sha256 } = content;
    return typeof inputs === "string" && typeof sha256 === "string" ? { inputs, sha256 } : undefined;
  } catch {
    return undefined;
  }
}

/** OpenTofu takes the highest version of a mirror that fits, so an old leftover might be used. */
function removeOtherVersions(folder: string, version: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== version) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** The hash of the names and contents of all files of a package. */
async function sha256(folder: string): Promise<string> {
  const all = createHash("sha256");
  for (const file of packageFiles(folder)) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, file)), hash);
    all.update(`${hash.digest("hex")} ${file}\0`);
  }
  return all.digest("hex");
}
