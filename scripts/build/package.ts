/**
 * Makes one executable of the bundle, of what V8 compiled of it, and of a Node binary, as a
 * single-executable application.
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
import { brotliCompressSync } from "node:zlib";
import { asFunction, recordAgreedCode } from "./code-cache.ts";
import { stripElf } from "./smaller-node/elf.ts";
import { withLittleIcu } from "./smaller-node/icu.ts";
import { withoutTypeScript } from "./smaller-node/typescript.ts";

const run = promisify(execFile);

export interface PackageOptions {
  /** The CommonJS text to run. */
  readonly bundle: string;
  /** The CommonJS text that it asks for as `./person.cjs` when a person is there. */
  readonly person: string;
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
    writeFileSync(inWork("person.cjs.br"), brotliCompressSync(asFunction(options.person)));
    await recordAgreedCode(inWork("node"), inWork("provider.cjs"), inWork("provider.cache"));
    copyFileSync(join(import.meta.dirname, "loader.cjs"), inWork("loader.cjs"));
    const environment = { ...process.env, TMPDIR: work };
    await run(process.execPath, [join(import.meta.dirname, "inject.ts"), work], { env: environment });
    const smaller = withoutTypeScript(withLittleIcu(readFileSync(inWork("executable"))));
    writeFileSync(inWork("executable"), smaller);
    chmodSync(inWork("executable"), 0o755);
    await run(inWork("executable"), ["--version"]);
    mkdirSync(dirname(options.output), { recursive: true });
    renameSync(inWork("executable"), options.output);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}
