/**
 * `inject.ts ENTRY NODE OUTPUT`: lets pkg put a CommonJS file into a Node binary.
 *
 * A program of its own, because pkg changes the working directory and its injector catches every
 * exception of the process. TMPDIR has to be the folder of ENTRY: pkg makes its temporary folder
 * there, and the path of the entry, which goes into the executable, is then the same on every machine.
 */
import { basename } from "node:path";
import pkgSea from "@yao-pkg/pkg/lib-es5/sea.js";

const [entry, node, output] = process.argv.slice(2);
if (entry === undefined || node === undefined || output === undefined) {
  throw new Error("Usage: inject.ts ENTRY NODE OUTPUT");
}
const seaConfig = {
  main: `../${basename(entry)}`,
  disableExperimentalSEAWarning: true,
  useSnapshot: false,
  useCodeCache: true,
};
const [major] = process.versions.node.split(".");
const platform = process.platform === "darwin" ? "macos" : "linux";
const target = { nodeRange: `node${major}`, platform, arch: process.arch, output } as const;
await pkgSea.default(entry, { targets: [target], signature: false, nodePath: node, seaConfig });
