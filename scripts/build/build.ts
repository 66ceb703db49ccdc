/** Builds the provider into the filesystem mirror, or finds that it is there already. */
import { createHash } from "node:crypto";
import { createReadStream, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { pipeline } from "node:stream/promises";
import { providerAddress } from "../../src/provider-address.ts";
import { withLock } from "../lock.mjs";
import { binaryPath, hostPlatform, mirrorFolder, projectRoot, projectVersion } from "../project.ts";
import { bundle, bundleForPerson } from "./bundle.ts";
import { digestInputs } from "./inputs.ts";
import { ownNode, packageBundle, packageFiles } from "./package.ts";

export interface BuildResult {
  /** What a host starts, in the mirror; its folder is the package. */
  readonly binary: string;
  /** The folder for `filesystem_mirror { path = … }`. */
  readonly mirror: string;
  /** Whether this call made it, rather than finding it. */
  readonly built: boolean;
}

/** What the last build read and made; lies beside the mirror, not in it. */
interface BuildRecord {
  readonly inputs: string;
  readonly sha256: string;
}

/**
 * Makes sure that the executable in `dist/plugins` is that of the sources as they are.
 *
 * @param say Hears what takes long.
 */
export async function ensureBuilt(say: (line: string) => void): Promise<BuildResult> {
  const dist = dirname(mirrorFolder);
  const onWait = (owner: string): void => say(`Waiting for ${owner}, which is building the provider`);
  return await withLock(dist, { onWait }, () => build(dist, say));
}

async function build(dist: string, say: (line: string) => void): Promise<BuildResult> {
  const version = projectVersion();
  const binary = binaryPath(version);
  const record = join(dist, "build.json");
  const inputs = digestInputs(projectRoot, [process.version, process.platform, process.arch]);
  const last = readRecord(record);
  if (last?.inputs === inputs && existsSync(binary) && last.sha256 === (await sha256(dirname(binary)))) {
    return { binary, mirror: mirrorFolder, built: false };
  }
  say(`Building the provider ${version} into dist/plugins (some seconds)`);
  rmSync(record, { force: true });
  const [plugin, person] = await Promise.all([bundle({ version }), bundleForPerson(version)]);
  const workFolder = join(dist, "work");
  await packageBundle({
    platform: hostPlatform(),
    bundle: plugin.text,
    person: person.text,
    node: ownNode(),
    output: dirname(binary),
    name: basename(binary),
    workFolder,
  });
  // What a build that was killed has left there is of no use to anybody.
  rmSync(workFolder, { recursive: true, force: true });
  removeOtherVersions(join(mirrorFolder, providerAddress), version);
  writeFileSync(
    record,
    `${JSON.stringify({ inputs, sha256: await sha256(dirname(binary)) } satisfies BuildRecord)}\n`,
  );
  return { binary, mirror: mirrorFolder, built: true };
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

/** OpenTofu takes the highest version of a mirror that fits, so a forgotten one would win. */
function removeOtherVersions(folder: string, version: string): void {
  for (const name of readdirSync(folder)) {
    if (name !== version) rmSync(join(folder, name), { recursive: true, force: true });
  }
}

/** Of the names and contents of all files of a package. */
async function sha256(folder: string): Promise<string> {
  const all = createHash("sha256");
  for (const file of packageFiles(folder)) {
    const hash = createHash("sha256");
    await pipeline(createReadStream(join(folder, file)), hash);
    all.update(`${hash.digest("hex")} ${file}\0`);
  }
  return all.digest("hex");
}
