/**
 * Gets the Node binary of any platform. `nodes.json` names the package that carries it, of npm or of Python's index, and what
 * package, binary and licence hash to. npm and pip ask the registry that they are configured for; without pip its public index is asked.
 *
 * Plain JavaScript, since the bootstrap needs it where npm has no Node of its own platform.
 */
import { spawnSync } from "node:child_process";
import { createHash, randomUUID } from "node:crypto";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { withLock } from "../lock.mjs";
import { unzip } from "../tools/zip.mjs";
import { downloadFromIndex } from "./package-index.mjs";

/**
 * @typedef {object} PinnedNode
 * @property {string} version
 * @property {"npm" | "pip"} packager
 * @property {string} package
 * @property {string} packageVersion
 * @property {string} [platform] In pip's words; npm has a package for each.
 * @property {string} member The binary in the package.
 * @property {string} licenceMember The text of its licence, which names what is in the binary, in the package.
 * @property {string} integrity Of the package's file, as lock files have it.
 * @property {string} sha256 Of the binary, in hexadecimal.
 * @property {string} licenceSha256
 * @property {string} builtBy
 * @property {string} licence SPDX expression.
 */

/** @typedef {Readonly<Record<string, PinnedNode>>} ByPlatform Keys are Go's words: `linux_amd64`. */

/** @returns {ByPlatform} What the provider's packages are made of. */
export function pinnedNodes() {
  const file = join(dirname(fileURLToPath(import.meta.url)), "nodes.json");
  /** @type {ByPlatform} */
  const nodes = JSON.parse(readFileSync(file, "utf8"));
  return { ...nodes };
}

/** @param {PinnedNode} node @returns {string} The package as `npm view` or pip takes it. */
export function nodeOrigin(node) {
  return `${node.package}${node.packager === "npm" ? "@" : "=="}${node.packageVersion}`;
}

/**
 * Finds the binary and its licence in the cache or fetches their package. All are compared with what is known of them, each time.
 *
 * @param {PinnedNode} node
 * @param {string} cache A folder for all of them.
 * @param {(line: string) => void} say Hears what takes long.
 * @returns {Promise<string>} The path of the binary.
 * @throws {Error} When the package cannot be had, or is another one.
 */
export async function ensureNode(node, cache, say) {
  const folder = nodeFolder(node, cache);
  const binary = join(folder, basename(node.member));
  const licence = nodeLicence(node, cache);
  const isThere = () => hasHash(binary, node.sha256) && hasHash(licence, node.licenceSha256);
  if (isThere()) return binary;
  const onWait = (/** @type {string} */ owner) =>
    say(`Waiting for ${owner}, which is fetching Node ${node.version}`);
  return await withLock(folder, { onWait }, async () => {
    if (isThere()) return binary;
    say(
      `Fetching Node ${node.version} from ${nodeOrigin(node)}${node.platform === undefined ? "" : ` for ${node.platform}`}`,
    );
    const partial = join(folder, `.partial-${randomUUID()}`);
    try {
      mkdirSync(partial, { recursive: true });
      const archive = await fetchPackage(node, partial);
      const parts = [
        { member: node.licenceMember, sha256: node.licenceSha256, mode: 0o644, path: licence },
        { member: node.member, sha256: node.sha256, mode: 0o755, path: binary },
      ];
      const unpacked = (/** @type {string} */ path) => join(partial, basename(path));
      for (const { member, sha256, mode, path } of parts) {
        writeFileSync(unpacked(path), memberOf(archive, member, node, partial));
        if (!hasHash(unpacked(path), sha256)) {
          throw new Error(
            `${member} in ${nodeOrigin(node)} is not the one that is expected; it was not used.`,
          );
        }
        chmodSync(unpacked(path), mode);
      }
      for (const { path } of parts) renameSync(unpacked(path), path);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return binary;
  });
}

/**
 * The text of the licence that came with the binary; there when `ensureNode` has been asked for it.
 *
 * @param {PinnedNode} node
 * @param {string} cache
 * @returns {string} A path.
 */
export function nodeLicence(node, cache) {
  return join(nodeFolder(node, cache), "LICENSE");
}

/** @param {PinnedNode} node @param {string} cache */
function nodeFolder(node, cache) {
  return join(cache, node.sha256.slice(0, 16));
}

/** @param {string} path @param {string} sha256 */
function hasHash(path, sha256) {
  return existsSync(path) && createHash("sha256").update(readFileSync(path)).digest("hex") === sha256;
}

/**
 * @param {PinnedNode} node
 * @param {string} folder An empty one.
 * @returns {Promise<string>} The package's file, which is the expected one.
 */
async function fetchPackage(node, folder) {
  const origin = nodeOrigin(node);
  const said = node.packager === "npm" ? run(npmPack(origin), folder) : await fetchWheel(node, folder);
  const suffix = node.packager === "npm" ? ".tgz" : ".whl";
  const file = readdirSync(folder).find((name) => name.endsWith(suffix));
  if (file === undefined) throw new Error(`${origin} could not be fetched: ${said}`);
  const path = join(folder, file);
  const [algorithm = ""] = node.integrity.split("-", 1);
  const integrity = `${algorithm}-${createHash(algorithm).update(readFileSync(path)).digest("base64")}`;
  if (integrity !== node.integrity) {
    throw new Error(
      `${file} of ${origin} has the hash ${integrity} instead of ${node.integrity}; it was not used.`,
    );
  }
  return path;
}

/** @typedef {readonly [program: string, ...args: string[]]} Command */

/** @returns {Command} npm: the one that runs this, where one does. */
export function npmCommand() {
  const script = process.env["npm_execpath"];
  if (script !== undefined && basename(script) === "npm-cli.js") return [process.execPath, script];
  return [process.platform === "win32" ? "npm.cmd" : "npm"];
}

/** @param {string} origin @returns {Command} */
function npmPack(origin) {
  return [...npmCommand(), "pack", origin, "--ignore-scripts", "--loglevel=error"];
}

/**
 * Fetches a package of Python's index by its hash, by pip or without it where there is none.
 *
 * @param {PinnedNode} node @param {string} folder @returns {Promise<string>} Why it is not there, if it is not.
 */
async function fetchWheel(node, folder) {
  const sha256 = Buffer.from(node.integrity.slice("sha256-".length), "base64").toString("hex");
  const pip = findPip();
  if (pip !== null) return run(pipDownload(pip, node, sha256, folder), folder);
  try {
    await downloadFromIndex(node.package, sha256, folder);
    return "";
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return `there is no pip, and ${why}. Install Python 3 with pip, or name an index that can be reached in PIP_INDEX_URL.`;
  }
}

/** @param {Command} pip @param {PinnedNode} node @param {string} sha256 @param {string} folder @returns {Command} */
function pipDownload(pip, node, sha256, folder) {
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `${nodeOrigin(node)} --hash=sha256:${sha256}\n`);
  const target = ["--platform", node.platform ?? "", "--python-version", PYTHON, "--only-binary=:all:"];
  const options = [
    "--no-deps",
    "--quiet",
    "--require-hashes",
    "--dest",
    folder,
    "--requirement",
    requirements,
  ];
  return [...pip, "download", ...target, ...options];
}

/** pip judges by it which packages fit; those of Node fit every Python. */
const PYTHON = "3.12";

/** @returns {Command | null} */
function findPip() {
  /** @type {readonly Command[]} */
  const candidates = [["python3", "-m", "pip"], ["pip3"], ["pip"], ["py", "-m", "pip"]];
  const answers = (/** @type {Command} */ [program, ...args]) =>
    spawnSync(program, [...args, "--version"], { stdio: "ignore" }).status === 0;
  return candidates.find(answers) ?? null;
}

/** @param {Command} command @param {string} folder @returns {string} What it said. */
function run([program, ...args], folder) {
  // Node starts .cmd files by a shell alone.
  const shell = program.endsWith(".cmd");
  const { error, stderr, stdout } = spawnSync(program, args, { cwd: folder, encoding: "utf8", shell });
  return error?.message ?? `${stderr}${stdout}`.trim().slice(-2_000);
}

/**
 * @param {string} archive
 * @param {string} member
 * @param {PinnedNode} node
 * @param {string} folder
 * @returns {Buffer}
 */
function memberOf(archive, member, node, folder) {
  if (node.packager === "pip") return unzip(readFileSync(archive), member);
  const said = run(["tar", "-xzf", archive, member], folder);
  const path = join(folder, ...member.split("/"));
  if (!existsSync(path)) throw new Error(`${nodeOrigin(node)} could not be unpacked: ${said}`);
  return readFileSync(path);
}
