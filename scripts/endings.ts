/**
 * `npm run test:endings`: how fast the packaged provider is gone, or answers, when its host ends it, leaves it or dies. A whole run
 * writes its figures into docs/reliability.md.
 */
import { messageOf } from "../src/message-of.ts";
import { ENDINGS } from "../test/support/host/endings.ts";
import { startPve } from "../test/support/pve/stand-in.ts";
import { readArguments } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { median } from "./bench/statistics.ts";
import { ensureBuilt } from "./build/build.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { wholeNumber } from "./reliability/whole-number.ts";

const DEFAULT_ROUNDS = 20;

const usage = {
  command: "npm run test:endings",
  summary: "Measures how fast the provider ends. A whole run writes docs/reliability.md",
  options: {
    rounds: { type: "string", value: "N", description: `Tries each N times (default ${DEFAULT_ROUNDS})` },
  },
} as const;

const { values } = readArguments(usage);
const rounds = wholeNumber(usage, "rounds", values.rounds, DEFAULT_ROUNDS);
const { binary } = await ensureBuilt(console.log);
const pve = await startPve();
pve.faults.add({ kind: "hang" }, { path: /hardware/ });

const rows: string[] = [];
let wrong = 0;
for (const { what, boundMs, measure } of ENDINGS) {
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    try {
      times.push(await measure({ binary, pve }));
    } catch (error) {
      console.log(`WRONG: ${what}: ${messageOf(error)}`);
      wrong += 1;
    }
  }
  times.sort((a, b) => a - b);
  const longest = times.at(-1) ?? Number.POSITIVE_INFINITY;
  if (longest > boundMs) wrong += 1;
  rows.push(`| ${what} | ${boundMs} ms | ${median(times).toFixed(0)} ms | ${longest.toFixed(0)} ms |`);
  console.log(rows.at(-1));
}
await pve.close();
if (rounds >= DEFAULT_ROUNDS && wrong === 0) {
  writeSection(
    "endings",
    [
      "| what happens | allowed | usually | longest |",
      "|---|---|---|---|",
      ...rows,
      "",
      `Each ${rounds} times. ${conditionsOf(describeMachine(new Date()))}.`,
    ].join("\n"),
  );
  console.log("docs/reliability.md has the figures.");
}
process.exitCode = wrong === 0 ? 0 : 1;
