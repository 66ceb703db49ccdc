/** `npm run check`: types, lint and format. With `--write` it mends what can be mended first. */
import { runProgram } from "./run.ts";
import { runChecks } from "./test/checks.ts";

if (process.argv.includes("--write")) await runProgram("biome", ["check", "--write", "."]);
const { failed } = await runChecks(console.log);
process.exitCode = failed === 0 ? 0 : 1;
