/**
 * `npm test`: checks, unit tests, and end-to-end tests of the packaged provider with the real OpenTofu. If the packages
 * have changed, also whether they start where other people run them. Everything runs, even after a failure; the last line
 * counts what passed. `--unit` and `--e2e` run only one kind, paths only the tests below them.
 */

import { messageOf } from "../src/message-of.ts";
import { readArguments, refuse } from "./arguments.ts";
import { projectRoot } from "./project.ts";
import { runChecks } from "./test/checks.ts";
import { toldOfLeftOut } from "./test/left-out.ts";
import { runPlatformsIfChanged } from "./test/platforms.ts";
import { runVitest } from "./test/run-vitest.ts";
import { selectTests, type TestSelection } from "./test/selection.ts";
import { addTallies, formatTally, type Tally } from "./test/tally.ts";

const TITLES = { unit: "Unit tests", e2e: "End-to-end tests with the real OpenTofu" } as const;

const usage = {
  command:
    process.env["npm_lifecycle_event"]?.startsWith("test:") === true
      ? `npm run ${process.env["npm_lifecycle_event"]}`
      : "npm test",
  summary: "Checks types, lint and format, and runs every test; the last line counts what passed",
  options: {
    unit: { type: "boolean", description: "Runs unit tests alone" },
    e2e: { type: "boolean", description: "Runs end-to-end tests alone" },
  },
  operands: { name: "PATH", description: "Runs the tests in this file or folder alone", most: 100 },
} as const;
const { values, operands } = readArguments(usage);
let selection: TestSelection;
try {
  selection = selectTests(projectRoot, process.env["INIT_CWD"] ?? process.cwd(), values, operands);
} catch (error) {
  selection = refuse(usage, messageOf(error));
}
const tallies: Tally[] = [];
if (selection.checks) tallies.push(await runChecks(console.log));
for (const run of selection.runs) {
  console.log(`== ${TITLES[run.project]}`);
  tallies.push((await runVitest(run)).tally);
}
if (selection.platforms) {
  console.log("== Packages on other systems");
  tallies.push(await runPlatformsIfChanged(console.log));
}
const told = toldOfLeftOut(
  process.platform,
  selection.runs.map(({ project }) => project),
);
for (const line of told) console.log(line);
const total = addTallies(tallies);
console.log(formatTally(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
