/**
 * `inject.ts FOLDER OS ARCH`: lets pkg make `executable` of `node`, `loader.cjs`, `provider.cjs`, `provider.cache` and
 * `person.cjs.br` in a folder. OS and ARCH are Go's words for the platform of `node`.
 *
 * It is a separate program, because pkg changes the working directory, and its injector catches every exception of the
 * process. TMPDIR has to be the same folder: pkg makes its temporary folder there, and the path of the first script
 * goes into the executable. So this path is the same on every machine. The Node that runs this has the version of
 * `node`, so it can prepare the contents of one that cannot run here.
 */
import { join } from "node:path";
import pkgSea from "@yao-pkg/pkg/lib-es5/sea.js";

/** pkg's words for Go's. */
const OS = { darwin: "macos", linux: "linux", windows: "win" } as const;
const ARCH = { amd64: "x64", arm64: "arm64" } as const;

const [folder, os = "", arch = ""] = process.argv.slice(2);
if (folder === undefined || folder !== process.env["TMPDIR"] || !isKey(OS, os) || !isKey(ARCH, arch)) {
  throw new Error("Usage: TMPDIR=FOLDER inject.ts FOLDER OS ARCH");
}
const seaConfig = {
  main: "../loader.cjs",
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  // The loader is a few lines; the bundle's code comes from its own cache.
  useCodeCache: false,
  // Settings for a user's own Node programs, such as modules to load first, would break this one.
  execArgvExtension: "none",
  execArgv: [
    // No authority is trusted by default. Without this option Node would still read its own 120 authorities, in a
    // thread.
    "--use-openssl-ca",
    // A user's NODE_USE_SYSTEM_CA asks for the opposite, and Node does not start with both.
    "--no-use-system-ca",
    // Half of Node's default: a large cluster needs 80 MiB and a tenth of the time less, a small one the same as
    // before.
    "--max-semi-space-size=8",
    // With 1, a launch collects garbage twice: 3 ms.
    "--min-semi-space-size=4",
    // undici's parser is the only WebAssembly. It does not justify a signal handler and 10 GB of address space.
    "--disable-wasm-trap-handler",
  ],
  assets: {
    "provider.cjs": join(folder, "provider.cjs"),
    "provider.cache": join(folder, "provider.cache"),
    "person.cjs.br": join(folder, "person.cjs.br"),
  },
};
const [major] = process.versions.node.split(".");
const target = {
  nodeRange: `node${major}`,
  platform: OS[os],
  arch: ARCH[arch],
  output: join(folder, "executable"),
} as const;
await pkgSea.default(join(folder, "loader.cjs"), {
  targets: [target],
  signature: false,
  nodePath: join(folder, os === "windows" ? "node.exe" : "node"),
  // That Node may not run here; its version is the version of this one.
  useLocalNode: true,
  seaConfig,
});

function isKey<T extends object>(table: T, key: PropertyKey): key is keyof T {
  return Object.hasOwn(table, key);
}
