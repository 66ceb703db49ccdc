/**
 * The addon by which the build asks V8 for the compiled code of Node's own modules. Its bytes are stored here, so that a
 * build needs no compiler; `compile.ts` makes them from `source`.
 */
import { hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { type Platform, platformName } from "../../../project.ts";

/** The expected hash of `linux_amd64`. */
export const ADDON_SHA256 = "cc83f1fe504412b50a618c5a72abac084a2076c38f8fddc52485d18465e7e710";

/** Where the addon for linux_amd64 lies. */
export const ADDON_PATH: string = join(import.meta.dirname, "linux_amd64");

/**
 * The path of the addon for a platform's Node; undefined if there is none: `code-table.ts` only reads x86-64.
 *
 * @throws {Error} When the file is not the expected one.
 */
export function addonFor(platform: Platform, path: string = ADDON_PATH): string | undefined {
  if (platformName(platform) !== "linux_amd64") return undefined;
  const actual = hash("sha256", readFileSync(path));
  if (actual !== ADDON_SHA256)
    throw new Error(`${path} has the SHA-256 ${actual} instead of ${ADDON_SHA256}.`);
  return path;
}
