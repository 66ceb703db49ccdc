/**
 * Makes the package of a platform from the bundle, the code that V8 compiled of it, and a Node binary: a
 * single-executable application, and on Linux also what starts it everywhere.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompressSync } from "node:zlib";
import { isHostPlatform, type Platform } from "../project.ts";
import { temporaryVariables } from "../system.mjs";
import { asFunction, type Recording, recordAgreedCode } from "./code-cache.ts";
import { launcherBytes } from "./launcher/launcher.ts";
import { librariesFor, libraryContent } from "./libraries/library.ts";
import { FOLDER, NODE } from "./libraries/names.ts";
import type { BuildNodes } from "./node.ts";
import { settleSignature } from "./signature.ts";
import { stripElf } from "./smaller-node/elf.ts";
import { namesOf, withoutExports } from "./smaller-node/exports.ts";
import { withLittleIcu } from "./smaller-node/icu.ts";
import { withoutTypeScript } from "./smaller-node/typescript.ts";
import { withoutUnwinding } from "./smaller-node/unwinding.ts";
import { addonFor } from "./warm-modules/addon/addon.ts";
import { parseRecorded, withWarmModules } from "./warm-modules/warm.ts";

const run = promisify(execFile);

export interface PackageOptions extends BuildNodes {
  readonly platform: Platform;
  /** The CommonJS text to run. */
  readonly bundle: string;
  /** The CommonJS text of the command line, which the bundle loads as `./person.cjs`. */
  readonly person: string;
  /** Gets messages about long steps. */
  readonly say: (line: string) => void;
  /** The folder of the package. It appears complete; what was there before is removed. */
  readonly output: string;
  /** The file in that folder that a host starts. */
  readonly name: string;
  /** A folder for temporary files, on the same file system as `output`. */
  readonly workFolder: string;
}

/**
 * Packages the bundle. The same bundle and Node give the same bytes.
 *
 * @throws {Error} When the result does not run, with the output of the failed program.
 */
export async function packageBundle(options: PackageOptions): Promise<void> {
  mkdirSync(options.workFolder, { recursive: true });
  const work = mkdtempSync(join(options.workFolder, "package-"));
  try {
    const made = join(work, "made");
    mkdirSync(made);
    chmodSync(made, 0o755);
    const executable = await makeExecutable(options, work);
    if (options.platform.os === "linux") {
      addLinuxStart(options, made);
      place(executable, join(made, FOLDER, NODE));
    } else {
      place(executable, join(made, options.name));
    }
    if (isHostPlatform(options.platform)) await run(join(made, options.name), ["--version"]);
    rmSync(options.output, { recursive: true, force: true });
    mkdirSync(dirname(options.output), { recursive: true });
    renameSync(made, options.output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Every file of a package, by its path in the folder, in an order that does not depend on the file system. */
export function packageFiles(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(folder.length + 1)
        .replaceAll("\\", "/"),
    )
    .toSorted();
}

/** The size of all files of a package, in MiB: a host takes a checksum of all of them at every plan. */
export function packageSize(folder: string): number {
  return packageFiles(folder).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0) / 2 ** 20;
}

/** Node with the bundle in it. */
async function makeExecutable(options: PackageOptions, work: string): Promise<string> {
  const { platform } = options;
  const inWork = (name: string): string => join(work, name);
  const isLinux = platform.os === "linux";
  // Windows starts no program without its suffix.
  const node = inWork(platform.os === "windows" ? "node.exe" : "node");
  if (isLinux) writeFileSync(node, stripElf(readFileSync(options.node)));
  else copyFileSync(options.node, node);
  chmodSync(node, 0o755);
  writeFileSync(inWork("provider.cjs"), asFunction(options.bundle));
  writeFileSync(inWork("person.cjs.br"), brotliCompressSync(asFunction(options.person)));
  let recording: Recording | undefined;
  if (isHostPlatform(platform)) {
    const source = inWork("provider.cjs");
    recording = await recordAgreedCode({ node, source, work, addon: addonFor(platform) });
  }
  // Code that V8 compiled is only valid on the platform where it was compiled.
  writeFileSync(inWork("provider.cache"), recording?.bundle ?? "");
  copyFileSync(join(import.meta.dirname, "loader.cjs"), inWork("loader.cjs"));
  const environment = { ...process.env, TMPDIR: work, ...temporaryVariables(work) };
  const injection = [join(import.meta.dirname, "inject.ts"), work, platform.os, platform.arch];
  await run(options.generator, injection, { env: environment });
  const executable = inWork("executable");
  if (isLinux) {
    // The part that is last in the file is cut first: see `cutFromSegment`.
    const little = withLittleIcu(withoutUnwinding(readFileSync(executable)));
    const modules = recording?.modules.toString() ?? "";
    const warm = modules === "" ? little : withWarmModules(little, parseRecorded(modules));
    const libraries = librariesFor(platform.arch).map((library) => libraryContent(platform.arch, library));
    writeFileSync(executable, withoutExports(withoutTypeScript(warm), namesOf(libraries)));
  }
  await settleSignature(executable, platform, options.say);
  return executable;
}

/** The launcher, and the loader and libraries for systems without suitable ones. */
function addLinuxStart({ platform, name }: PackageOptions, made: string): void {
  const launcher = join(made, name);
  writeFileSync(launcher, launcherBytes(platform.arch));
  chmodSync(launcher, 0o755);
  mkdirSync(join(made, FOLDER));
  chmodSync(join(made, FOLDER), 0o755);
  for (const library of librariesFor(platform.arch)) {
    const path = join(made, FOLDER, library.name);
    writeFileSync(path, libraryContent(platform.arch, library));
    chmodSync(path, library.mode);
  }
}

function place(executable: string, path: string): void {
  renameSync(executable, path);
  chmodSync(path, 0o755);
}
