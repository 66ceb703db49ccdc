/**
 * `npm run test:platforms`: starts the packages where other people run them: on Linux without anything, with musl, with old or
 * other libraries, on other processors and systems. As root, on Debian, with a network; it says what it leaves out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readArguments } from "./arguments.ts";
import { digestFiles } from "./build/inputs.ts";
import { projectRoot } from "./project.ts";
import { runProgram } from "./run.ts";
import { formatTally, type Tally } from "./test/tally.ts";
import { readVitestReport } from "./test/vitest-report.ts";

/** What decides about where a package starts: how it is made, and what it does first. */
const INPUTS = [
  "scripts/build",
  "scripts/nodes",
  "scripts/release/platforms.ts",
  "src/main.ts",
  "src/plugin",
  "test/platforms",
  "package-lock.json",
];

/** Says of which inputs the last whole run that passed was; committed with them. */
const STAMP = join(projectRoot, "scripts", "test", "platforms-passed.txt");

const usage = {
  command: "npm run test:platforms",
  summary:
    "Starts the packages of all platforms that can be run here, in file systems made for it. As root, on Debian",
  options: {
    "if-changed": {
      type: "boolean",
      description: "Does nothing when how packages are made and start is as in the last run that passed",
    },
  },
} as const;

async function runTests(): Promise<Tally> {
  const folder = mkdtempSync(join(tmpdir(), "gpuhost-test-"));
  const report = join(folder, "report.json");
  try {
    const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
    const status = await runProgram("vitest", ["run", "--project", "platforms", ...reporters]);
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

function readStamp(): string {
  try {
    return readFileSync(STAMP, "utf8").trim();
  } catch {
    return "";
  }
}

const { values } = readArguments(usage);
const inputs = digestFiles(projectRoot, INPUTS);
if (values["if-changed"] === true && readStamp() === inputs) {
  console.log(
    "The tests of platforms passed with these packages before, and are left out: npm run test:platforms runs them.",
  );
} else {
  const tally = await runTests();
  console.log(formatTally(tally));
  const passed = tally.failed === 0 && tally.passed > 0;
  if (passed) writeFileSync(STAMP, `${inputs}\n`);
  process.exitCode = passed ? 0 : 1;
}
