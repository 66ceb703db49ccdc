/** The packages of all platforms: what a release packs into its zips. */
import { statSync } from "node:fs";
import { dirname, join } from "node:path";
import { ensureProgram } from "../build/foreign.ts";
import { licenceTexts, readLibraries } from "../build/libraries/library.ts";
import { licenceOf, nodeFor } from "../build/node.ts";
import { packageFiles } from "../build/package.ts";
import { nodeOrigin } from "../nodes/node-binary.mjs";
import type { Platform } from "../project.ts";
import { debianUrl } from "./package-url.ts";

export interface PlatformPackage {
  readonly platform: Platform;
  /** Everything that lies in the package's folder; what a host starts is the one directly in it. */
  readonly files: readonly PackageFile[];
  readonly node: NodeOrigin;
  /** What else lies in the package, Node aside. */
  readonly bundled: readonly Bundled[];
}

export interface PackageFile {
  /** From the package's folder, with `/`. */
  readonly path: string;
  /** Permissions alone, such as 0o755. */
  readonly mode: number;
  /** Where its content lies now: an absolute path. */
  readonly source: string;
}

/** The Node binary that a package was made of. */
export interface NodeOrigin {
  readonly version: string;
  /** Package and version, as `npm view` or pip takes them. */
  readonly origin: string;
  /** Subresource integrity of the package's file, as a lock file has it. */
  readonly integrity: string;
  /** Of the binary as it came, in hexadecimal. */
  readonly sha256: string;
  readonly builtBy: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Files with the licence and what it says of the libraries inside Node: absolute paths. */
  readonly licenceTexts: readonly string[];
}

export interface Bundled {
  readonly name: string;
  readonly version: string;
  readonly purl: string;
  /** Of the package that it was taken from, in hexadecimal. */
  readonly sha256: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Files with the licence: absolute paths. */
  readonly licenceTexts: readonly string[];
  /** Where its sources are to be had: a URL. */
  readonly sources: string;
}

/** The platforms of a release, in the order of its files. */
export const releasePlatforms: readonly Platform[] = [
  { os: "darwin", arch: "amd64" },
  { os: "darwin", arch: "arm64" },
  { os: "linux", arch: "amd64" },
  { os: "linux", arch: "arm64" },
  { os: "windows", arch: "amd64" },
  { os: "windows", arch: "arm64" },
];

/**
 * Makes the package of one platform. The same sources give the same bytes and modes.
 *
 * @param say Hears what takes long.
 * @throws {Error} When it cannot be made here.
 */
export async function buildPlatform(
  platform: Platform,
  say: (line: string) => void,
): Promise<PlatformPackage> {
  return {
    platform,
    files: filesOf(dirname(await ensureProgram(platform, say))),
    node: nodeOfPlatform(platform),
    bundled: platform.os === "linux" ? bundledLibraries(platform.arch) : [],
  };
}

/** The files of a package's folder, with the modes that a build gives them. */
function filesOf(folder: string): readonly PackageFile[] {
  return packageFiles(folder).map((path) => {
    const source = join(folder, path);
    return { path, mode: statSync(source).mode & 0o777, source };
  });
}

/** The loader and libraries beside Node on Linux, by the packages they come from. */
function bundledLibraries(arch: string): readonly Bundled[] {
  return readLibraries().packages.map((one) => ({
    name: one.name,
    version: one.version,
    purl: debianUrl(one.name, one.version, arch),
    sha256: one.sha256[arch] ?? "",
    licence: one.licence,
    licenceTexts: licenceTexts(one),
    sources: sourcesOf(one.source, one.sourceVersion),
  }));
}

/** Where Debian keeps the sources of a version for good. */
export function sourcesOf(source: string, version: string): string {
  return `https://snapshot.debian.org/package/${source}/${version}/`;
}

function nodeOfPlatform(platform: Platform): NodeOrigin {
  const node = nodeFor(platform);
  const { version, integrity, sha256, builtBy, licence } = node;
  return {
    version,
    origin: nodeOrigin(node),
    integrity,
    sha256,
    builtBy,
    licence,
    licenceTexts: [licenceOf(node)],
  };
}
