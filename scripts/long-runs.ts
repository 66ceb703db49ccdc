/**
 * `npm run test:long`: a thousand plans through one process, and a cluster of 200 nodes with 500 functions each. A full run writes
 * its figures into docs/reliability.md.
 */
import { readArguments } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { startServer } from "./bench/proxmox.ts";
import { readEverything } from "./bench/reading.ts";
import { ensureBuilt } from "./build/build.ts";
import { linuxAlone } from "./linux-alone.ts";
import { growthOf, planAgainAndAgain } from "./long/reattached.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { wholeNumber } from "./reliability/whole-number.ts";
import { ensureTool } from "./tools/ensure-tool.ts";

const DEFAULT_PLANS = 1000;
const LARGE = { nodes: 200, functions: 500, delayMs: 0 };
/** In MiB. */
const MEMORY_BOUND = 400;

const usage = {
  command: "npm run test:long",
  summary:
    "Plans again and again through one process, and reads a very large cluster. A whole run writes docs/reliability.md",
  options: {
    plans: { type: "string", value: "N", description: `Plans N times (default ${DEFAULT_PLANS})` },
  },
} as const;

const { values } = readArguments(usage);
linuxAlone(usage.command, "reads in /proc what a process has open");
const plans = wholeNumber(usage, "plans", values.plans, DEFAULT_PLANS);

const { binary, mirror } = await ensureBuilt(console.log);
const tofu = await ensureTool("tofu", console.log);
const problems: string[] = [];

console.log(`${plans} plans through one process`);
await using server = await startServer({ nodes: 3, functions: 30, delayMs: 0 });
const run = await planAgainAndAgain({ tofu, mirror, gpuhost: binary }, server, plans);
const samples = run.samples.map(
  ({ plans: count, memory, descriptors }) => `| ${count} | ${memory.toFixed(0)} | ${descriptors} |`,
);
console.log(samples.join("\n"));
problems.push(...growthOf(run));

console.log(`One read of ${LARGE.nodes} nodes with ${LARGE.functions} functions each`);
await using large = await startServer(LARGE);
const { wall, memory, size } = await readEverything(binary, large);
const sentence =
  `One read of everything on ${LARGE.nodes} nodes with ${LARGE.functions} functions each took ${(wall / 1000).toFixed(1)} s and ` +
  `${memory.toFixed(0)} MiB at most, of ${MEMORY_BOUND} that it may; the answer had ${size.toFixed(0)} MiB.`;
console.log(sentence);
if (memory > MEMORY_BOUND) problems.push(`reading took ${memory.toFixed(0)} MiB`);

for (const problem of problems) console.log(`WRONG: ${problem}`);
if (plans >= DEFAULT_PLANS) {
  writeSection(
    "long",
    [
      "| plans so far | resident memory, MiB | open descriptors |",
      "|---|---|---|",
      ...samples,
      "",
      sentence,
      "",
      `${conditionsOf(describeMachine(new Date()))}.`,
    ].join("\n"),
  );
  console.log("docs/reliability.md has the figures.");
}
process.exitCode = problems.length === 0 ? 0 : 1;
