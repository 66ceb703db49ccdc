/**
 * `npm run test:platforms`: starts the packages where other people run them: on Linux without anything, with musl, with old or
 * other libraries, on arm64, on Windows. As root, on Debian, with a network; it says what it leaves out. A run that passes
 * notes so, and writes what packages take into docs/reliability.md.
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
  },
} as const;

/** Everything, with what is written of it. Returns whether it passed. */
async function runWhole(): Promise<boolean> {
  const reason = reasonAgainstHere();
  if (reason !== undefined) {
    console.error(`Error: The tests of platforms cannot be run here: ${reason}.`);
    return false;
  }
  const tally = await runPlatforms(console.log);
  console.log(formatTally(tally));
  if (tally.failed > 0 || tally.passed === 0) return false;
  const table = platformTable(await measurePlatforms(console.log), conditionsOf(describeMachine(new Date())));
  console.log(table);
  writeSection("platforms", table);
  writeStamp();
  return true;
}

const { values } = readArguments(usage);
const passed =
  values["if-changed"] === true ? (await runPlatformsIfChanged(console.log)).failed === 0 : await runWhole();
process.exitCode = passed ? 0 : 1;
