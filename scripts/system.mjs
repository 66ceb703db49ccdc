/**
 * What depends on the developer's system: its name, the user's home, the folder for caches.
 *
 * Plain JavaScript, because the bootstrap needs it before the pinned Node exists.
 */
import { homedir, userInfo } from "node:os";
import { posix, win32 } from "node:path";

const NAME = "terraform-provider-gpuhost";

/**
 * A platform in Go's words, as in OpenTofu: `linux` and `amd64`.
 *
 * @param {NodeJS.Platform} [platform]
 * @param {string} [arch] As Node calls it.
 */
export function goPlatform(platform = process.platform, arch = process.arch) {
  return { os: platform === "win32" ? "windows" : platform, arch: arch === "x64" ? "amd64" : arch };
}

/** The user's home, even when HOME is empty or not set. */
export function homeFolder() {
  return homedir() || userInfo().homedir;
}

/**
 * The folder, outside the checkout, for what takes long to make. It is in XDG_CACHE_HOME on every system, otherwise where the
 * system usually has caches. Source: XDG Base Directory Specification, which says to ignore a relative path; Apple's File System
 * Programming Guide, "Library"; Microsoft's KNOWNFOLDERID, FOLDERID_LocalAppData.
 *
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {NodeJS.Platform} [platform]
 * @param {string} [home]
 */
export function cacheFolder(environment = process.env, platform = process.platform, home = homeFolder()) {
  const { isAbsolute, join } = platform === "win32" ? win32 : posix;
  const configured = environment["XDG_CACHE_HOME"] ?? "";
  if (isAbsolute(configured)) return join(configured, NAME);
  if (platform === "darwin") return join(home, "Library", "Caches", NAME);
  if (platform !== "win32") return join(home, ".cache", NAME);
  const local = environment["LOCALAPPDATA"] ?? "";
  return join(isAbsolute(local) ? local : join(home, "AppData", "Local"), NAME);
}

/**
 * The name of an executable's file.
 *
 * @param {string} name
 * @param {NodeJS.Platform} [platform]
 */
export function executableFile(name, platform = process.platform) {
  return platform === "win32" ? `${name}.exe` : name;
}

/**
 * The variables by which programs find the user's home and their data in it.
 *
 * @param {string} home
 * @param {NodeJS.Platform} [platform]
 * @returns {Record<string, string>}
 */
export function homeVariables(home, platform = process.platform) {
  return platform === "win32" ? { USERPROFILE: home, APPDATA: home, LOCALAPPDATA: home } : { HOME: home };
}

/**
 * The variables by which programs find the folder for temporary files.
 *
 * @param {string} folder
 * @param {NodeJS.Platform} [platform]
 * @returns {Record<string, string>}
 */
export function temporaryVariables(folder, platform = process.platform) {
  return platform === "win32" ? { TEMP: folder, TMP: folder } : { TMPDIR: folder };
}
