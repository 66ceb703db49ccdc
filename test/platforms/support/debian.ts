/** Parts of Debian's packages that the tests need, unpacked in the cache. */
import { existsSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DebianPackages, RELEASE, unpackPackage } from "../../../scripts/build/libraries/debian.ts";
import { cacheFolder } from "../../../scripts/project.ts";

/** Where it is kept, outside the checkout. */
export const CACHE = join(cacheFolder(), `debian-${RELEASE}`);

/** The folder with the files of a package, fetched unless it is there. */
export function debianFiles(name: string, arch: string, say: (line: string) => void): string {
  const folder = join(CACHE, `${name}-${arch}`);
  if (existsSync(folder)) return folder;
  say(`Fetching Debian's ${name} for ${arch}`);
  const debian = new DebianPackages(join(CACHE, "apt"));
  const partial = mkdtempSync(join(CACHE, ".partial-"));
  try {
    unpackPackage(debian.fetch(name, arch), partial);
    renameSync(partial, folder);
  } finally {
    rmSync(partial, { recursive: true, force: true });
  }
  return folder;
}
