/**
 * Installs the pinned dependencies when they are missing or out of date, then runs a script of this project on the Node
 * that came with them: `node scripts/bootstrap.mjs scripts/test.ts [ARGUMENTS]`.
 *
 * This file and the .mjs files that it imports run on the Node of the system, from version 20 on. All other files may
 * use features of the pinned Node. That Node is started by its path, because a shell that has looked up `node` once
 * keeps using what it found.
 */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { constants } from "node:os";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { withLock } from "./lock.mjs";
import { ensureNode, npmCommand, pinnedNodes } from "./nodes/node-binary.mjs";
import { cacheFolder, goPlatform } from "./system.mjs";

/**
 * @typedef {{ version?: string, integrity?: string, optional?: boolean }} LockedPackage
 * @typedef {Record<string, LockedPackage>} LockedPackages
 */

/**
 * Says why `npm ci` has to run: compares the lock file with what npm noted after installing. It does not compare dates,
 * because those of a copied or new clone mean nothing.
 *
 * @param {string} root The folder of package.json.
 * @returns {string | undefined} Nothing when everything is in place.
 */
export function reasonToInstall(root) {
  const modules = join(root, "node_modules");
  const wanted = lockedPackages(join(root, "package-lock.json"));
  if (wanted === undefined) throw new Error("package-lock.json is missing or damaged; restore it from git.");
  if (!existsSync(modules)) return "dependencies are not installed yet";
  const installed = lockedPackages(join(modules, ".package-lock.json"));
  if (installed === undefined) return "the last installation did not finish";
  for (const [path, entry] of Object.entries(wanted)) {
    if (path === "") continue;
    const present = installed[path];
    // An absent optional package is for another platform; if it is needed, this is found below.
    if (present === undefined && entry.optional === true) continue;
    if (present?.version !== entry.version || present?.integrity !== entry.integrity) {
      return `${path} is not the locked version`;
    }
    if (!existsSync(join(root, path, "package.json"))) return `${path} is missing`;
  }
  for (const path of Object.keys(installed)) {
    if (wanted[path] === undefined) return `${path} is no longer asked for`;
  }
  const ownNode = nodePackage();
  if (wanted[ownNode] !== undefined && !existsSync(pinnedNode(root))) return `${ownNode} is missing`;
  return undefined;
}

/**
 * @param {string} path
 * @returns {LockedPackages | undefined}
 */
function lockedPackages(path) {
  try {
    /** @type {unknown} */
    const content = JSON.parse(readFileSync(path, "utf8"));
    if (typeof content !== "object" || content === null || !("packages" in content)) return undefined;
    return /** @type {LockedPackages} */ (content.packages);
  } catch {
    return undefined;
  }
}

/** @returns {string} Where npm puts the Node of this platform, even if there is none. */
function nodePackage() {
  return `node_modules/node-${process.platform}-${process.arch}`;
}

/**
 * Not the link in `.bin`: npm 10 does not make it, because the packages of all platforms want that name.
 *
 * @param {string} root
 */
function pinnedNode(root) {
  return join(root, nodePackage(), "bin", "node");
}

/**
 * Installs the locked packages unless they are there. Only one process at a time does so. Progress is on standard
 * error.
 *
 * @param {string} root The folder of package.json.
 * @param {string} what What is installed, for people.
 */
export async function ensureInstalled(root, what) {
  if (reasonToInstall(root) === undefined) return;
  const onWait = (/** @type {string} */ owner) =>
    console.error(`Waiting for ${owner}, which is installing the dependencies of ${root}`);
  await withLock(`${root}/node_modules`, { onWait }, () => {
    const reason = reasonToInstall(root);
    if (reason === undefined) return;
    console.error(`Installing ${what} with npm ci (${reason}); this takes about half a minute`);
    install(root);
  });
}

/**
 * @param {string} root
 * @returns {void}
 */
function install(root) {
  const [command, ...prefix] = npmCommand();
  // The kinds are named because NODE_ENV=production would omit the tools.
  const kinds = ["--include=dev", "--include=optional"];
  // The warnings say that some tools need a newer Node than the system's; they will have one.
  const result = spawnSync(command, [...prefix, "ci", ...kinds, "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    // Node starts .cmd files only with a shell.
    shell: command.endsWith(".cmd"),
  });
  if (result.error !== undefined) {
    throw new Error(`npm could not be started (${result.error.message}). Install npm 10 or newer.`);
  }
  if (result.status !== 0) {
    throw new Error(
      `npm ci failed with exit status ${result.status ?? result.signal}; see its message above.`,
    );
  }
}

/**
 * The Node for this project's scripts. On Linux it is npm's package of Node; elsewhere it is the Node that goes into the platform's
 * package, fetched once into the cache.
 *
 * @param {string} root
 * @param {{ platform: NodeJS.Platform, arch: string, cache: string }} system
 * @returns {Promise<string>}
 */
export async function nodeForScripts(root, { platform, arch, cache }) {
  const node = pinnedNode(root);
  if (platform === process.platform && existsSync(node)) return node;
  const { os, arch: processor } = goPlatform(platform, arch);
  const known = pinnedNodes()[`${os}_${processor}`];
  if (known !== undefined)
    return await ensureNode(known, join(cache, "nodes"), (line) => console.error(line));
  const [major = 0] = process.versions.node.split(".").map(Number);
  if (major >= 24) return process.execPath;
  throw new Error(
    `There is no pinned Node for ${os}_${processor}. Start this with Node 24 or newer instead of ${process.version}.`,
  );
}

/**
 * @param {string} node
 * @throws {Error} When it does not start, with its known requirements.
 */
function requireRunning(node) {
  const answer = spawnSync(node, ["--version"], { encoding: "utf8" });
  if (answer.status === 0) return;
  const why = answer.error?.message ?? answer.stderr.trim();
  const needs = { linux: " It needs glibc 2.28 or newer.", darwin: " It needs macOS 13.5 or newer." };
  const need = Object.entries(needs).find(([platform]) => platform === process.platform)?.[1] ?? "";
  throw new Error(`${node} does not run on this system (${why}).${need}`);
}

/**
 * @param {string} node
 * @param {string[]} args
 * @returns {Promise<number>} The exit status, 128 + N after signal N as a shell counts it.
 */
function run(node, args) {
  const path = [dirname(node), process.env["PATH"] ?? ""].join(delimiter);
  const child = spawn(node, args, { stdio: "inherit", env: { ...process.env, PATH: path } });
  for (const signal of /** @type {const} */ (["SIGTERM", "SIGHUP", "SIGINT"])) {
    process.on(signal, () => {
      // A terminal sends Ctrl-C to the whole group, so the child has it already. On Windows a console sends every signal to
      // all.
      const has = process.platform === "win32" || (signal === "SIGINT" && process.stdin.isTTY === true);
      if (!has) child.kill(signal);
    });
  }
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code, signal) => {
      resolve(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
    });
  });
}

/** @param {string[]} args */
async function main(args) {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  if (Number(process.versions.node.split(".")[0]) < 20) {
    throw new Error(`Node ${process.version} is too old: this needs Node 20 or newer.`);
  }
  if (args.length === 0) {
    console.error("Usage: node scripts/bootstrap.mjs SCRIPT [ARGUMENTS]");
    process.exitCode = 2;
    return;
  }
  await ensureInstalled(root, "the pinned dependencies");
  const { platform, arch } = process;
  const node = await nodeForScripts(root, { platform, arch, cache: cacheFolder() });
  requireRunning(node);
  process.exitCode = await run(node, args);
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  try {
    await main(process.argv.slice(2));
  } catch (error) {
    console.error(`Error: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  }
}
