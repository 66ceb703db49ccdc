/**
 * `inject.ts FOLDER OS_ARCH GENERATOR`: makes `executable` of `node`, `loader.cjs`, `provider.cjs`, `provider.cache` and
 * `person.cjs.br` in a folder. pkg does so for this machine's platform; it asks a Node for its version, which another platform's
 * cannot say here, so for those GENERATOR, a Node of the same version, makes the blob, and pkg's own injector puts it in.
 *
 * A program of its own, because pkg changes the working directory and its injector catches every
 * exception of the process. TMPDIR has to be the same folder: pkg makes its temporary folder there, and
 * the path of the first script, which goes into the executable, is then the same on every machine.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import pkgSea from "@yao-pkg/pkg/lib-es5/sea.js";
import { hostPlatform } from "../project.ts";

const [folder, wanted, generator] = process.argv.slice(2);
if (
  folder === undefined ||
  folder !== process.env["TMPDIR"] ||
  wanted === undefined ||
  generator === undefined
) {
  throw new Error("Usage: TMPDIR=FOLDER inject.ts FOLDER OS_ARCH GENERATOR");
}
const seaConfig = {
  main: "../loader.cjs",
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  // The loader is a few lines; the bundle's code comes from its own cache.
  useCodeCache: false,
  // What a user sets for his own Node programs, such as modules to load first, would break this one.
  execArgvExtension: "none",
  execArgv: [
    // Nobody is trusted by default. Without this Node would read its own 120 authorities all the same, in a thread.
    "--use-openssl-ca",
    // Half of Node's own: a large cluster takes 80 MiB and a tenth of the time less, a small one as much as before.
    "--max-semi-space-size=8",
    // Not one, with which a launch collects garbage twice: 3 ms.
    "--min-semi-space-size=4",
    // undici's parser is the only WebAssembly: a handler of signals and 10 GB of address space are not worth it.
    "--disable-wasm-trap-handler",
  ],
  assets: {
    "provider.cjs": join(folder, "provider.cjs"),
    "provider.cache": join(folder, "provider.cache"),
    "person.cjs.br": join(folder, "person.cjs.br"),
  },
};
const own = hostPlatform();

/** A platform of this machine, in pkg's words. */
const pkgName = (os: string): "macos" | "linux" => (os === "darwin" ? "macos" : "linux");

async function injectByPkg(work: string): Promise<void> {
  const [major] = process.versions.node.split(".");
  const output = join(work, "executable");
  const target = {
    nodeRange: `node${major}`,
    platform: pkgName(own.os),
    arch: process.arch,
    output,
  } as const;
  await pkgSea.default(join(work, "loader.cjs"), {
    targets: [target],
    signature: false,
    nodePath: join(work, "node"),
    seaConfig,
  });
}

/** What Node looks for: the name of the blob, the mark that says there is one, and on a Mac the segment. */
const BLOB = "NODE_SEA_BLOB";
const MARK = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";
const SEGMENT = "NODE_SEA";

async function injectForeign(work: string, platform: string, node: string): Promise<void> {
  const temporary = mkdtempSync(join(work, "sea-"));
  const [config, blob] = [join(temporary, "sea-config.json"), join(temporary, "sea-prep.blob")];
  writeFileSync(config, JSON.stringify({ ...seaConfig, output: blob }));
  execFileSync(node, ["--experimental-sea-config", config], { cwd: temporary });
  const executable = join(work, "executable");
  copyFileSync(join(work, "node"), executable);
  chmodSync(executable, 0o755);
  const pkg = createRequire(createRequire(import.meta.url).resolve("@yao-pkg/pkg/lib-es5/sea.js"));
  const { inject }: Injector = pkg("postject");
  const options = { sentinelFuse: MARK, overwrite: true };
  const segment = platform.startsWith("darwin_") ? { machoSegmentName: SEGMENT } : {};
  await inject(executable, BLOB, readFileSync(blob), { ...options, ...segment });
}

interface Injector {
  readonly inject: (
    executable: string,
    name: string,
    content: Buffer,
    options: {
      readonly sentinelFuse: string;
      readonly overwrite: boolean;
      readonly machoSegmentName?: string;
    },
  ) => Promise<void>;
}

if (wanted === `${own.os}_${own.arch}`) await injectByPkg(folder);
else await injectForeign(folder, wanted, generator);
