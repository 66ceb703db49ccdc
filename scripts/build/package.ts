/**
 * Makes one executable of the bundle and a Node binary, as a single-executable application.
 *
 * A launch spends most of its time compiling JavaScript. So the build lets the bundle do once what a
 * plan asks of it, and puts what V8 has compiled by then into the executable beside the bundle.
 */
import { execFile } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stripElf } from "./elf.ts";
import { train } from "./training.ts";

const run = promisify(execFile);

export interface PackageOptions {
  /** The CommonJS text to run. */
  readonly bundle: string;
  /** The Node binary to put it into. */
  readonly node: string;
  /** Where the executable goes. Appears there complete or not at all. */
  readonly output: string;
  /** A folder for what lies about meanwhile, on the same file system as `output`. */
  readonly workFolder: string;
}

/** The Node binary of this process, which the pinned package carries. */
export function ownNode(): string {
  return realpathSync(process.execPath);
}

/**
 * Packages the bundle. The same bundle and Node give the same bytes.
 *
 * @throws {Error} When the result does not run, with what the failed program said.
 */
export async function packageBundle(options: PackageOptions): Promise<void> {
  mkdirSync(options.workFolder, { recursive: true });
  const work = mkdtempSync(join(options.workFolder, "package-"));
  const inWork = (name: string): string => join(work, name);
  try {
    writeFileSync(inWork("node"), stripElf(readFileSync(options.node)));
    chmodSync(inWork("node"), 0o755);
    writeFileSync(inWork("provider.cjs"), asFunction(options.bundle));
    await recordCode(inWork("node"), inWork("provider.cjs"), inWork("provider.cache"));
    copyFileSync(join(import.meta.dirname, "loader.cjs"), inWork("loader.cjs"));
    const environment = { ...process.env, TMPDIR: work };
    await run(process.execPath, [join(import.meta.dirname, "inject.ts"), work], { env: environment });
    chmodSync(inWork("executable"), 0o755);
    await run(inWork("executable"), ["--version"]);
    mkdirSync(dirname(options.output), { recursive: true });
    renameSync(inWork("executable"), options.output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** The bundle as an expression that `vm.Script` can evaluate: what Node makes of a CommonJS module. */
function asFunction(bundle: string): string {
  return `(function (exports, require, module) {${bundle}\n})`;
}

/**
 * Writes what V8 compiles of `bundle` during a plan to `cache`.
 *
 * V8 mixes a random number into the hashes of its strings, which the cache contains; with a fixed one
 * two builds are the same.
 */
async function recordCode(node: string, bundle: string, cache: string): Promise<void> {
  const record = join(import.meta.dirname, "record.cjs");
  await train(node, ["--random-seed=1", record, bundle, cache]);
}
