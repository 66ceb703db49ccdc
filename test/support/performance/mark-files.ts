/** Has a bundle tell at run time which of its files have run. */
import { readFileSync } from "node:fs";
import { extname, relative } from "node:path";
import type { Plugin } from "esbuild";
import { projectRoot } from "../../../scripts/project.ts";

/** Adds a line to the end of every file that puts its path into the list of `start-probe.cjs`, where that is there. */
export const markFiles: Plugin = {
  name: "mark-files",
  setup(build) {
    build.onLoad({ filter: /\.[cm]?[jt]s$/, namespace: "file" }, ({ path }) => {
      const name = JSON.stringify(relative(projectRoot, path));
      return {
        contents: `${readFileSync(path, "utf8")}\n;globalThis.filesThatRan?.push(${name});\n`,
        loader: extname(path).endsWith("ts") ? "ts" : "js",
      };
    });
  },
};
