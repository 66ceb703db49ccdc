/** Makes one executable of the bundle and a Node binary, as a single-executable application. */
import { execFile } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { mkdir, rename } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { stripElf } from "./elf.ts";

const run = promisify(execFile);

/** What the file of the bundle is called inside the executable, and so in its stack traces. */
const BUNDLE_NAME = "provider.cjs";

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
 * Packages the bundle.
 *
 * @throws {Error} When the result does not run, with what the failed program said.
 */
export async function packageBundle(options: PackageOptions): Promise<void> {
  await mkdir(options.workFolder, { recursive: true });
  const work = mkdtempSync(join(options.workFolder, "package-"));
  try {
    const node = join(work, "node");
    writeFileSync(node, stripElf(readFileSync(options.node)));
    chmodSync(node, 0o755);
    const entry = join(work, BUNDLE_NAME);
    writeFileSync(entry, options.bundle);
    const executable = join(work, "executable");
    const inject = join(import.meta.dirname, "inject.ts");
    const environment = { ...process.env, TMPDIR: work };
    await run(process.execPath, [inject, entry, node, executable], { env: environment });
    chmodSync(executable, 0o755);
    await run(executable, ["--version"]);
    await mkdir(dirname(options.output), { recursive: true });
    await rename(executable, options.output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
