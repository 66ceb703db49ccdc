/** The npm packages with code in the provider's bundles. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";
import { bundle, bundleForPerson } from "../build/bundle.ts";
import { projectRoot } from "../project.ts";

export interface BundledPackage {
  readonly name: string;
  readonly version: string;
  /** SPDX expression. */
  readonly licence: string;
  /** Of the package's file, as in a lock file: `sha512-…`. */
  readonly integrity: string;
  /** Files with its licence and notices: absolute paths. */
  readonly licenceTexts: readonly string[];
}

/** The entry of a package in package-lock.json. */
export interface LockedPackage {
  readonly version: string;
  readonly integrity: string;
  readonly license?: string;
}

/** Texts for packages that contain none, by name. */
const OWN_TEXTS = join(import.meta.dirname, "licence-texts");

const LICENCE_FILE = /^(licen[cs]e|notice|copying)(\.(md|txt))?$/i;

/**
 * Bundles like a build of this version, and lists the packages in the bundles, by name.
 *
 * @throws {Error} When a package does not say under which licence it may be redistributed.
 */
export async function bundledPackages(version: string): Promise<readonly BundledPackage[]> {
  const bundles = await Promise.all([bundle({ version }), bundleForPerson(version)]);
  const locked = lockedPackages();
  return packageFolders(bundles.map(({ metafile }) => metafile)).map((folder) => {
    const entry = locked[folder];
    const name = folder.slice(folder.lastIndexOf("node_modules/") + "node_modules/".length);
    if (entry === undefined) throw new Error(`package-lock.json does not name ${folder}.`);
    const { version: packageVersion, integrity, license } = entry;
    const licenceTexts = [join(projectRoot, folder), join(OWN_TEXTS, name)].flatMap(licenceFiles);
    if (license === undefined || licenceTexts.length === 0) {
      throw new Error(
        `${name} ${packageVersion} is in the bundle and has no text of its licence in ${folder}.`,
      );
    }
    return { name, version: packageVersion, licence: license, integrity, licenceTexts };
  });
}

function licenceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  const files = readdirSync(folder).filter((file) => LICENCE_FILE.test(file));
  return files.toSorted().map((file) => join(folder, file));
}

/** By folder, such as `node_modules/undici`. */
function lockedPackages(): Readonly<Record<string, LockedPackage>> {
  const lock: { readonly packages: Readonly<Record<string, LockedPackage>> } = JSON.parse(
    readFileSync(join(projectRoot, "package-lock.json"), "utf8"),
  );
  return lock.packages;
}

/** The folders of the packages with files in the bundles, sorted. */
function packageFolders(metafiles: readonly Metafile[]): readonly string[] {
  const folders = metafiles
    .flatMap(({ inputs }) => Object.keys(inputs))
    // Files that a plugin of the build provides have an absolute path.
    .flatMap((path) => /(?:node_modules\/(?:@[^/]+\/)?[^/]+\/)+/.exec(path)?.[0].slice(0, -1) ?? []);
  return [...new Set(folders)].toSorted();
}
