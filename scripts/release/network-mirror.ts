/**
 * A static network mirror of a release: files for any web server. Source:
 * https://opentofu.org/docs/internals/provider-network-mirror-protocol/
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { messageOf } from "../../src/message-of.ts";
import { providerAddress } from "../../src/provider-address.ts";
import { platformName, providerName } from "../project.ts";
import { platformOfZip, releaseNames } from "./names.ts";
import { contentHash, zipHash } from "./package-hash.ts";
import { releasePlatforms } from "./platforms.ts";
import { parseSums, sha256 } from "./sums.ts";

/** A release cannot be mirrored. The message says why. */
export class MirrorError extends Error {
  override readonly name = "MirrorError";
}

export interface Mirrored {
  readonly version: string;
  /** As `linux_amd64`, sorted. */
  readonly platforms: readonly string[];
  /** All versions that the mirror has now. */
  readonly versions: readonly string[];
}

/**
 * Adds a release to the mirror in `folder`, which is made if it does not exist. Each file appears complete, and files that name
 * others come last, so a server may serve the folder meanwhile.
 *
 * @param release A folder with the files of one version.
 * @throws {MirrorError} When the release is not complete: every zip is first compared with its sum.
 */
export function addToMirror(release: string, folder: string): Mirrored {
  const version = versionIn(release);
  const zips = checkedZips(release, version);
  const provider = join(folder, providerAddress);
  const versions = [...new Set([...mirroredVersions(provider), version])].toSorted();
  mkdirSync(provider, { recursive: true });
  const archives: Record<string, object> = {};
  for (const [platform, { name, content }] of zips) {
    place(join(provider, name), content);
    archives[platform] = { url: name, hashes: [contentHash(content), zipHash(content)] };
  }
  place(join(provider, `${version}.json`), json({ archives }));
  place(
    join(provider, "index.json"),
    json({ versions: Object.fromEntries(versions.map((one) => [one, {}])) }),
  );
  return { version, platforms: [...zips.keys()], versions };
}

function versionIn(release: string): string {
  const names = listed(release);
  const sums = new RegExp(`^${providerName}_(.+)_SHA256SUMS$`);
  const versions = names.flatMap((name) => sums.exec(name)?.[1] ?? []);
  const [version] = versions;
  if (version === undefined) {
    throw new MirrorError(`${release} has no release in it. npm run release makes one in dist/release.`);
  }
  if (versions.length > 1) {
    throw new MirrorError(
      `${release} has several releases (${versions.join(", ")}). Give each a folder of its own.`,
    );
  }
  return version;
}

interface Zip {
  readonly name: string;
  readonly content: Uint8Array;
}

function checkedZips(release: string, version: string): ReadonlyMap<string, Zip> {
  const { sums } = releaseNames(version);
  const expected = readSums(join(release, sums));
  const present = listed(release).filter((name) => platformOfZip(name, version) !== undefined);
  const strange = present.find((name) => !expected.has(name));
  if (strange !== undefined)
    throw new MirrorError(`${strange} is not in ${sums}. It was not made with the others.`);
  const zips = new Map<string, Zip>();
  for (const name of [...expected.keys()].toSorted()) {
    const platform = platformOfZip(name, version);
    if (platform === undefined) continue;
    if (!present.includes(name)) {
      throw new MirrorError(`${name} is in ${sums} and not in ${release}. Copy the whole release.`);
    }
    const content = readFileSync(join(release, name));
    if (sha256(content) !== expected.get(name)) {
      throw new MirrorError(
        `${name} is not what ${sums} says: it is damaged, or somebody changed it. Get it anew.`,
      );
    }
    zips.set(platformName(platform), { name, content });
  }
  if (zips.size === 0) throw new MirrorError(`${sums} names no zip.`);
  return zips;
}

/** The platforms of a release that are missing here, as `linux_amd64`. */
export function missingPlatforms(platforms: readonly string[]): readonly string[] {
  return releasePlatforms.map(platformName).filter((one) => !platforms.includes(one));
}

function readSums(path: string): ReadonlyMap<string, string> {
  try {
    return parseSums(readFileSync(path, "utf8"));
  } catch (error) {
    const why = messageOf(error);
    throw new MirrorError(`${path} cannot be read: ${why}`, { cause: error });
  }
}

function mirroredVersions(provider: string): string[] {
  const path = join(provider, "index.json");
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch {
    return [];
  }
  try {
    const index: unknown = JSON.parse(text);
    if (typeof index === "object" && index !== null && "versions" in index) {
      if (typeof index.versions === "object" && index.versions !== null) return Object.keys(index.versions);
    }
  } catch {
    // Continues to the same message.
  }
  throw new MirrorError(`${path} is no index of a network mirror. Name another folder, or remove it.`);
}

function listed(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

function place(path: string, content: Uint8Array | string): void {
  const partial = `${path}.partial`;
  writeFileSync(partial, content);
  renameSync(partial, path);
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
