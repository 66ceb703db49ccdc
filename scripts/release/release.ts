/** Makes everything of a published version. */
import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { type Platform, projectRoot } from "../project.ts";
import { type BundledPackage, bundledPackages } from "./bundled-packages.ts";
import type { ReleaseContents } from "./contents.ts";
import { thirdPartyLicences } from "./licences.ts";
import { releaseNames } from "./names.ts";
import { buildPlatform, type PlatformPackage } from "./platforms.ts";
import { provenance } from "./provenance.ts";
import { billOfMaterials } from "./sbom.ts";
import { detachedSignature, signingKey } from "./sign.ts";
import type { SourceState } from "./source.ts";
import { formatSums } from "./sums.ts";
import { type ZipEntry, zipOf } from "./zip.ts";

/** The folder of the files of `npm run release`. */
export const releaseFolder: string = join(projectRoot, "dist", "release");

/** Without it, registries assume protocol 5. */
const MANIFEST = { version: 1, metadata: { protocol_versions: ["6.0"] } };

export interface ReleaseOptions {
  readonly version: string;
  readonly source: SourceState;
  readonly platforms: readonly Platform[];
  /** The folder of the files. What was there before is removed. */
  readonly folder: string;
  /** Contains the signing key, and says who builds. */
  readonly environment: NodeJS.ProcessEnv;
  readonly say: (line: string) => void;
}

export interface Release {
  /** Size in bytes by name, in the order of making. */
  readonly files: ReadonlyMap<string, number>;
  readonly signed: boolean;
}

/**
 * Builds, packs, describes and signs. The folder appears complete or not at all.
 *
 * @throws {Error} When something cannot be made, or the key cannot be used; the key is checked first.
 */
export async function makeRelease(options: ReleaseOptions): Promise<Release> {
  const { version, source, folder, environment, say } = options;
  const names = releaseNames(version);
  const key = await signingKey(environment);
  const bundled = await bundledPackages(version);
  const platforms: PlatformPackage[] = [];
  for (const platform of options.platforms) platforms.push(await buildPlatform(platform, say));
  const contents: ReleaseContents = { version, source, platforms, bundled };

  say(`Packing ${platforms.length} ${platforms.length === 1 ? "zip" : "zips"}`);
  const zips = await packed(platforms, bundled, names.zip);
  const text = (content: string): Uint8Array => new TextEncoder().encode(content);
  const files = new Map<string, Uint8Array>(zips);
  files.set(names.manifest, text(`${JSON.stringify(MANIFEST, null, 2)}\n`));
  files.set(names.licences, text(thirdPartyLicences("This release", platforms, bundled)));
  files.set(names.sbom, text(billOfMaterials(contents, zips)));
  files.set(names.provenance, text(provenance(contents, files, environment)));
  const sums = text(formatSums(files));
  files.set(names.sums, sums);
  if (key !== undefined) files.set(names.signature, await detachedSignature(sums, key));

  replaceFolder(folder, files);
  return {
    files: new Map([...files].map(([name, content]) => [name, content.length])),
    signed: key !== undefined,
  };
}

/** The zips with their names, in the order of the platforms. */
async function packed(
  platforms: readonly PlatformPackage[],
  bundled: readonly BundledPackage[],
  nameOf: (platform: Platform) => string,
): Promise<[string, Uint8Array][]> {
  const zips = new Map<PlatformPackage, Uint8Array>();
  const queue = platforms.values();
  const work = async (): Promise<void> => {
    for (const one of queue) zips.set(one, await zipOf(entriesOf(one, bundled)));
  };
  await Promise.all(Array.from({ length: availableParallelism() }, work));
  return platforms.map((one) => [nameOf(one.platform), zips.get(one) ?? new Uint8Array()]);
}

function entriesOf(one: PlatformPackage, bundled: readonly BundledPackage[]): ZipEntry[] {
  const entries = [
    ...one.files.map(({ path, mode, source }) => ({ path, mode, content: readFileSync(source) })),
    { path: "LICENSE", mode: 0o644, content: readFileSync(join(projectRoot, "LICENSE")) },
    {
      path: "THIRD-PARTY-LICENCES.txt",
      mode: 0o644,
      content: Buffer.from(thirdPartyLicences("This package", [one], bundled)),
    },
  ];
  const paths = entries.map(({ path }) => path);
  const twice = paths.find((path, index) => paths.indexOf(path) !== index);
  if (twice !== undefined) throw new Error(`A package would have two files ${twice}.`);
  return entries;
}

function replaceFolder(folder: string, files: ReadonlyMap<string, Uint8Array>): void {
  const partial = `${folder}.partial`;
  rmSync(partial, { recursive: true, force: true });
  mkdirSync(partial, { recursive: true });
  for (const [name, content] of files) writeFileSync(join(partial, name), content);
  rmSync(folder, { recursive: true, force: true });
  renameSync(partial, folder);
}
