/** `npm run docs`: writes the pages of docs that follow from the schema and the examples; `--check` only compares them. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { readArguments } from "./arguments.ts";
import { generateFiles, outdatedPages } from "./docs/pages.ts";
import { projectRoot } from "./project.ts";

const { values } = readArguments({
  command: "npm run docs",
  summary: "Writes the pages of docs that follow from the schema and the examples",
  options: {
    check: {
      type: "boolean",
      description: "Writes nothing, and fails when a page is not as it would be written",
    },
  },
});
if (values.check === true) {
  const outdated = outdatedPages(projectRoot);
  for (const path of outdated) console.error(`${path} is not what npm run docs writes.`);
  if (outdated.length === 0) console.log("Every page is what npm run docs writes.");
  process.exitCode = outdated.length === 0 ? 0 : 1;
} else {
  for (const { path, text } of generateFiles()) {
    const file = join(projectRoot, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    console.log(path);
  }
}
