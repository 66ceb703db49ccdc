/** Paths and names of this project. */
import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { providerAddress } from "../src/provider-address.ts";
import { goPlatform } from "./system.mjs";

export { cacheFolder, homeFolder } from "./system.mjs";

/** The folder of package.json. */
export const projectRoot: string = dirname(import.meta.dirname);

/** The name that OpenTofu expects of the executable, without the version. */
export const providerName = "terraform-provider-gpuhost";

export function projectVersion(): string {
  const manifest: unknown = JSON.parse(readFileSync(join(projectRoot, "package.json"), "utf8"));
  if (typeof manifest === "object" && manifest !== null && "version" in manifest) {
    if (typeof manifest.version === "string") return manifest.version;
  }
  throw new Error("package.json has no version.");
}

/** A platform in Go's words, as in OpenTofu: `linux_amd64`. */
export interface Platform {
  readonly os: string;
  readonly arch: string;
}

/** The platform of this process. */
export function hostPlatform(): Platform {
  return goPlatform();
}

/** A platform as one word: `linux_amd64`. */
export function platformName({ os, arch }: Platform): string {
  return `${os}_${arch}`;
}

/** Whether programs for a platform run on that of this process. */
export function isHostPlatform(platform: Platform): boolean {
  return platformName(platform) === platformName(hostPlatform());
}

/** The filesystem mirror that a build makes, for `filesystem_mirror { path = … }`. */
export const mirrorFolder: string = join(projectRoot, "dist", "plugins");

/** The file that a host looks for in a package. */
export function executableName(version: string, { os }: Platform): string {
  return `${providerName}_v${version}${os === "windows" ? ".exe" : ""}`;
}

/** The executable of a build in the mirror. */
export function binaryPath(version: string = projectVersion(), platform: Platform = hostPlatform()): string {
  const place = join(mirrorFolder, providerAddress, version, platformName(platform));
  return join(place, executableName(version, platform));
}
