/**
 * `node scripts/build/launcher/compile.ts`: compiles `source` for both processors with a pinned Zig, which pip fetches
 * (100 MB), and puts the results here. Their hashes have to be put into `launcher.ts` by hand.
 */
import { execFileSync } from "node:child_process";
import { hash } from "node:crypto";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { cacheFolder } from "../../project.ts";
import { launcherPath } from "./launcher.ts";

/** The package of Zig, a C compiler for every target, and the hash of its file for this machine. */
const COMPILER = "ziglang==0.17.1";
const HASHES = ["sha256:ea6cc5d87b033cf0aedfbc8f9549a908cae6c50ac31f1698188fa48a74524b54"];

const TARGETS = { amd64: "x86_64-linux-none", arm64: "aarch64-linux-none" } as const;

/** No option depends on the machine or needs a C library. */
const OPTIONS = [
  "-Os -static -nostdlib -ffreestanding -fno-pic -fno-pie -fno-stack-protector -fno-sanitize=all",
  "-fno-unwind-tables -fno-asynchronous-unwind-tables -Wall -Wextra -Werror -Wno-unused-function -s -Wl,--build-id=none",
]
  .join(" ")
  .split(" ");

/**
 * Fetches the compiler into the cache, unless it is there, and returns its program.
 *
 * @throws {Error} When there is no pip, or it finds no file with this hash.
 */
export function ensureCompiler(): string {
  const folder = join(cacheFolder(), COMPILER.replace("==", "-"));
  const program = join(folder, "ziglang", "zig");
  try {
    execFileSync(program, ["version"], { stdio: "ignore" });
    return program;
  } catch {
    mkdirSync(folder, { recursive: true });
  }
  const requirements = join(folder, "requirements.txt");
  writeFileSync(requirements, `${COMPILER} ${HASHES.map((hash) => `--hash=${hash}`).join(" ")}\n`);
  const where = ["--target", folder, "--requirement", requirements];
  execFileSync("pip", ["install", "--quiet", "--no-deps", "--require-hashes", ...where], {
    stdio: ["ignore", "ignore", "pipe"],
  });
  return program;
}

export type Architecture = keyof typeof TARGETS;

/** The launcher's source. */
export const LAUNCHER_SOURCE: string = join(import.meta.dirname, "source", "launcher.c");

/** Compiles a program of one file for one architecture, in Go's words, to `output`. */
export function compileStatic(compiler: string, arch: Architecture, source: string, output: string): void {
  const args = ["cc", "-target", TARGETS[arch], ...OPTIONS, "-o", output, basename(source)];
  execFileSync(compiler, args, { cwd: dirname(source), stdio: ["ignore", "ignore", "pipe"] });
}

if (import.meta.main) {
  const compiler = ensureCompiler();
  for (const arch of ["amd64", "arm64"] as const) {
    const path = launcherPath(arch);
    compileStatic(compiler, arch, LAUNCHER_SOURCE, path);
    chmodSync(path, 0o644);
    console.log(`${arch} ${hash("sha256", readFileSync(path))}`);
  }
}
