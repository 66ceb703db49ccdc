/**
 * `npm test`: checks, unit tests, and end-to-end tests of the packaged provider under the real
 * OpenTofu. Everything runs, also after a failure; the last line counts what passed.
 * `--unit` and `--e2e` run one kind alone.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "./run.ts";
import { runChecks } from "./test/checks.ts";
import { addTallies, formatTally, type Tally } from "./test/tally.ts";
import { readVitestReport } from "./test/vitest-report.ts";

async function runVitest(project: "unit" | "e2e", title: string): Promise<Tally> {
  console.log(`== ${title}`);
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const status = await runProgram("vitest", ["run", "--project", project, ...reporters]);
    return readVitestReport(readReport(report), status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readReport(path: string): unknown {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return undefined;
  }
}

const chosen = new Set(process.argv.slice(2));
const all = chosen.size === 0;
const tallies: Tally[] = [];
if (all) tallies.push(await runChecks(console.log));
if (all || chosen.has("--unit")) tallies.push(await runVitest("unit", "Unit tests"));
if (all || chosen.has("--e2e"))
  tallies.push(await runVitest("e2e", "End-to-end tests with the real OpenTofu"));
const total = addTallies(tallies);
console.log(formatTally(total));
process.exitCode = total.failed === 0 && total.passed > 0 ? 0 : 1;
