/** `npm run check`: types, lint and format. With `--write` it first fixes what it can. */
import { readArguments } from "./arguments.ts";
import { layers } from "./lint/layers.ts";
import { writeRestrictions } from "./lint/restrictions.ts";
import { projectRoot } from "./project.ts";
import { runProgram } from "./run.ts";
import { runChecks } from "./test/checks.ts";

const { values } = readArguments({
  command: "npm run check",
  summary: "Checks types, lint and format",
  options: { write: { type: "boolean", description: "Mends what can be mended first" } },
});
if (values.write === true) {
  writeRestrictions(projectRoot, layers);
  await runProgram("biome", ["check", "--write", "."]);
}
const { failed } = await runChecks(console.log);
process.exitCode = failed === 0 ? 0 : 1;
