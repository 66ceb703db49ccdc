/** `npm run docs`: writes the pages of docs that follow from the schema and the examples. */
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generatePages } from "./docs/pages.ts";
import { projectRoot } from "./project.ts";

for (const { path, text } of generatePages()) {
  const file = join(projectRoot, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  console.log(path);
}
