/**
 * `npm run test:platforms`: starts the packages where other people run them: on Linux without anything, with musl, with old or
 * other libraries, on other processors and systems. As root, on Debian, with a network; it says what it leaves out.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readArguments } from "./arguments.ts";
import { digestFiles } from "./build/inputs.ts";
import { projectRoot } from "./project.ts";
import { runVitest } from "./test/run-vitest.ts";
import { formatTally } from "./test/tally.ts";

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
  const { tally } = await runVitest({ project: "platforms" });
  console.log(formatTally(tally));
  const passed = tally.failed === 0 && tally.passed > 0;
  if (passed) writeFileSync(STAMP, `${inputs}\n`);
  process.exitCode = passed ? 0 : 1;
}
