/**
 * `npm run test:platforms`: starts the packages where other people run them: on Linux without anything else, with musl, with
 * old or other libraries, on arm64, on Windows. Needs root, Debian and a network; it says what it skips. A run that passes
 * writes this down, and writes the size and cost of packages into docs/reliability.md.
 */
import { readArguments } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { measurePlatforms } from "./platforms/measure.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { platformTable } from "./reliability/platform-table.ts";
import { reasonAgainstHere, runPlatforms, runPlatformsIfChanged, writeStamp } from "./test/platforms.ts";
import { formatTally } from "./test/tally.ts";

const usage = {
  command: "npm run test:platforms",
  summary:
    "Starts the packages of all platforms that can be run here, in file systems made for it. As root, on Debian",
  options: {
    "if-changed": {
      type: "boolean",
      description:
        "Does nothing when how packages are made and start is as in the last run that passed, or where it cannot be run",
    },
    measure: { type: "boolean", description: "Writes anew what packages take, and tests nothing" },
  },
} as const;

/** Runs everything, and writes the results. Returns whether it passed. */
async function runWhole(): Promise<boolean> {
  const tally = await runPlatforms(console.log);
  console.log(formatTally(tally));
  if (tally.failed > 0 || tally.passed === 0) return false;
  await writeTable();
  writeStamp();
  return true;
}

async function writeTable(): Promise<void> {
  const machine = describeMachine(new Date());
  const figures = await measurePlatforms(console.log);
  const conditions = `${conditionsOf(machine)}; ${machine.load.toFixed(1)} processes wanted a processor in the minute before`;
  const table = platformTable(figures, conditions);
  console.log(table);
  writeSection("platforms", table);
}

async function run({ "if-changed": ifChanged, measure }: typeof values): Promise<boolean> {
  if (ifChanged === true) return (await runPlatformsIfChanged(console.log)).failed === 0;
  const reason = reasonAgainstHere();
  if (reason !== undefined) {
    console.error(`Error: The tests of platforms cannot be run here: ${reason}.`);
    return false;
  }
  if (measure !== true) return await runWhole();
  await writeTable();
  return true;
}

const { values } = readArguments(usage);
process.exitCode = (await run(values)) ? 0 : 1;
