/**
 * Gets the Node binary of any platform. `nodes.json` names the package that carries it, from npm or, where npm has none or an
 * older one, from Python's index, and what package and binary hash to. npm and pip ask the registry that they are configured for.
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

/**
 * @typedef {object} PinnedNode
 * @property {string} version
 * @property {"npm" | "pip"} packager
 * @property {string} package
 * @property {string} [platform] In pip's words; npm has a package for each.
 * @property {string} member The binary in the package.
 * @property {string} integrity Of the package's file, as lock files have it.
 * @property {string} sha256 Of the binary, in hexadecimal.
 * @property {string} builtBy
 * @property {string} licence SPDX expression.
 */

/** @typedef {Readonly<Record<string, PinnedNode>>} ByPlatform Keys are Go's words: `linux_amd64`. */

/** @typedef {{ readonly packages: ByPlatform, readonly generators: ByPlatform }} PinnedNodes */

/**
 * `packages` are what the provider's packages are made of. `generators` run here and make what goes into those, where the version is
 * another than that of this platform's own.
 *
 * @returns {PinnedNodes}
 */
export function pinnedNodes() {
  const file = join(dirname(fileURLToPath(import.meta.url)), "nodes.json");
  /** @type {PinnedNodes} */
  const nodes = JSON.parse(readFileSync(file, "utf8"));
  const { packages, generators } = nodes;
  return { packages, generators };
}

/** @param {PinnedNode} node @returns {string} The package as `npm view` or pip takes it. */
export function nodeOrigin(node) {
  return `${node.package}${node.packager === "npm" ? "@" : "=="}${node.version}`;
}

/**
 * Finds the binary in the cache or fetches its package. Both are compared with what is known of them, each time.
 *
 * @param {PinnedNode} node
 * @param {string} cache A folder for all of them.
 * @param {(line: string) => void} say Hears what takes long.
 * @returns {Promise<string>} The path of the binary.
 * @throws {Error} When the package cannot be had, or is another one.
 */
export async function ensureNode(node, cache, say) {
  const name = basename(node.member);
  const folder = join(cache, node.sha256.slice(0, 16));
  const binary = join(folder, name);
  if (isThere(binary, node)) return binary;
  const onWait = (/** @type {string} */ owner) =>
    say(`Waiting for ${owner}, which is fetching Node ${node.version}`);
  return await withLock(folder, { onWait }, () => {
    if (isThere(binary, node)) return binary;
    say(
      `Fetching Node ${node.version} from ${nodeOrigin(node)}${node.platform === undefined ? "" : ` for ${node.platform}`}`,
    );
    const partial = join(folder, `.partial-${randomUUID()}`);
    try {
      mkdirSync(partial, { recursive: true });
      const unpacked = join(partial, name);
      writeFileSync(unpacked, memberOf(fetchPackage(node, partial), node, partial));
      if (!isThere(unpacked, node)) {
        throw new Error(
          `${node.member} in ${nodeOrigin(node)} is not the one that is expected; it was not used.`,
        );
      }
      chmodSync(unpacked, 0o755);
      renameSync(unpacked, binary);
    } finally {
      rmSync(partial, { recursive: true, force: true });
    }
    return binary;
  });
}

/** @param {string} binary @param {PinnedNode} node */
function isThere(binary, node) {
  return (
    existsSync(binary) && createHash("sha256").update(readFileSync(binary)).digest("hex") === node.sha256
  );
}

/**
 * @param {PinnedNode} node
 * @param {string} folder An empty one.
 * @returns {string} The package's file, which is the expected one.
 */
function fetchPackage(node, folder) {
  const origin = nodeOrigin(node);
  const command = node.packager === "npm" ? npmPack(origin) : pipDownload(node, folder);
  const said = run(command, folder);
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

/** @param {PinnedNode} node @param {string} folder @returns {Command} */
function pipDownload(node, folder) {
  const hash = Buffer.from(node.integrity.slice("sha256-".length), "base64").toString("hex");
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `${nodeOrigin(node)} --hash=sha256:${hash}\n`);
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
  return [...pipCommand(), "download", ...target, ...options];
}

/** pip judges by it which packages fit; those of Node fit every Python. */
const PYTHON = "3.12";

/** @returns {Command} */
function pipCommand() {
  /** @type {readonly Command[]} */
  const candidates = [["python3", "-m", "pip"], ["pip3"], ["pip"], ["py", "-m", "pip"]];
  for (const candidate of candidates) {
    const [program, ...args] = candidate;
    if (spawnSync(program, [...args, "--version"], { stdio: "ignore" }).status === 0) return candidate;
  }
  throw new Error("pip is needed to fetch Node and there is none. Install Python 3 with pip.");
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
 * @param {PinnedNode} node
 * @param {string} folder
 * @returns {Buffer}
 */
function memberOf(archive, node, folder) {
  if (node.packager === "pip") return unzip(readFileSync(archive), node.member);
  const said = run(["tar", "-xzf", archive, node.member], folder);
  const path = join(folder, ...node.member.split("/"));
  if (!existsSync(path)) throw new Error(`${nodeOrigin(node)} could not be unpacked: ${said}`);
  return readFileSync(path);
}
