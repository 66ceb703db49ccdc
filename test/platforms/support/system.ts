/** Parts of the glibc system that the tests run on, for roots that have some of them. */
import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { basename } from "node:path";
import { FOLDER, LOADER } from "../../../scripts/build/libraries/names.ts";
import { hostPlatform } from "../../../scripts/project.ts";
import type { Root } from "./root.ts";

/** The loader by its path in every glibc program. */
export const SYSTEM_LOADER =
  hostPlatform().arch === "amd64" ? "/lib64/ld-linux-x86-64.so.2" : "/lib/ld-linux-aarch64.so.1";

const OWN_LOADER = `/pkg/${FOLDER}/${LOADER}`;

const NEEDED = ["libc.so.6", "libdl.so.2", "libgcc_s.so.1", "libm.so.6", "libpthread.so.0", "libstdc++.so.6"];

/** Whether it is the root's own loader that runs the package there: the package's is taken away. */
export function runsBySystem(root: Root): boolean {
  const loader = readFileSync(root.at(OWN_LOADER));
  root.remove(OWN_LOADER);
  const { status, stderr } = root.run(root.program, ["--version"]);
  root.write(OWN_LOADER, loader, 0o755);
  const isMissed = stderr.includes(`${OWN_LOADER} is missing.`);
  if (isMissed === (status === 0)) throw new Error(`It ended with ${status}: ${stderr}`);
  return status === 0;
}

/** Gives a root the loader and libraries of this system and a cache of them, without those in `without`. */
export function addSystem(root: Root, without: readonly string[] = []): void {
  root.copy(SYSTEM_LOADER);
  for (const name of NEEDED) {
    if (!without.includes(name)) root.copy(pathOf(name));
  }
  makeCache(root);
}

/** Writes the loader's cache of a root anew. */
export function makeCache(root: Root): void {
  root.write("/etc/ld.so.conf", `${[...new Set(NEEDED.map((name) => folderOf(name)))].join("\n")}\n`);
  execFileSync("ldconfig", ["-r", root.path], { stdio: ["ignore", "ignore", "ignore"] });
}

/** Where a library lies on this system. */
export function pathOf(name: string): string {
  const line = execFileSync("ldconfig", ["-p"], { encoding: "utf8" })
    .split("\n")
    .find((entry) => entry.trim().startsWith(`${name} `) && !entry.includes("libc6,x32"));
  const path = line?.split(" => ")[1];
  if (path === undefined) throw new Error(`This system has no ${name} in its loader's cache.`);
  return path;
}

/** Makes a library in a root say that it has nothing of a version: its name is not the one that is asked for. */
export function withoutVersion(root: Root, name: string, version: string): void {
  const path = root.at(pathOf(name));
  const content = readFileSync(path);
  const other = Buffer.from(`${version.slice(0, -1)}X`);
  let found = 0;
  for (let at = content.indexOf(`${version}\0`); at >= 0; at = content.indexOf(`${version}\0`, at + 1)) {
    other.copy(content, at);
    found += 1;
  }
  if (found === 0) throw new Error(`${basename(path)} has no ${version}.`);
  writeFileSync(path, content);
}

const folderOf = (name: string): string => pathOf(name).slice(0, -name.length - 1);
