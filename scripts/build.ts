/** `npm run build`: leaves the packaged provider in dist/plugins. */
import { dirname, relative } from "node:path";
import { readArguments } from "./arguments.ts";
import { ensureBuilt } from "./build/build.ts";
import { packageSize } from "./build/package.ts";

readArguments({
  command: "npm run build",
  summary: "Leaves the packaged provider in dist/plugins, unless it is there already",
});
const { binary, built } = await ensureBuilt(console.log);
const size = packageSize(dirname(binary)).toFixed(1);
console.log(`${built ? "Built" : "Up to date:"} ${relative(process.cwd(), binary)} (${size} MiB)`);
