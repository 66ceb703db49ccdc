/**
 * `npm run test:fuzz`: properties of every decoder with many random inputs, and fuzzing led by coverage. A full run writes its
 * figures into docs/reliability.md. Inputs that reach new code go into test/fixtures/corpus.
 */
import fc from "fast-check";
import { extendCorpus } from "../test/support/fuzz/corpus.ts";
import { decoderProperties } from "../test/support/fuzz/properties.ts";
import { fuzzTargets } from "../test/support/fuzz/targets.ts";
import { readArguments, refuse } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { runTarget } from "./fuzz/run-target.ts";
import { fuzzTables, type PropertyResult, type TargetResult } from "./reliability/fuzz-table.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { wholeNumber } from "./reliability/whole-number.ts";

const DEFAULT_RUNS = 100_000;
const DEFAULT_SECONDS = 600;

const usage = {
  command: "npm run test:fuzz",
  summary: "Tries decoders with random input. A whole run writes docs/reliability.md",
  options: {
    runs: {
      type: "string",
      value: "N",
      description: `Runs every property N times (default ${DEFAULT_RUNS})`,
    },
    seconds: {
      type: "string",
      value: "N",
      description: `Fuzzes every target for N seconds (default ${DEFAULT_SECONDS})`,
    },
    target: {
      type: "string",
      value: "NAME",
      multiple: true,
      description: `Fuzzes this target alone, and no property: ${fuzzTargets.map(({ name }) => name).join(", ")}`,
    },
    seed: { type: "string", value: "N", description: "Begins with seed N (default: another one each time)" },
    write: { type: "boolean", description: "Writes the figures of a shorter run, too" },
  },
} as const;

const { values } = readArguments(usage);
const runs = wholeNumber(usage, "runs", values.runs, DEFAULT_RUNS);
const seconds = wholeNumber(usage, "seconds", values.seconds, DEFAULT_SECONDS);
const seed = wholeNumber(usage, "seed", values.seed, (Date.now() % 1_000_000_000) + 1);
const names = values.target ?? [];
for (const name of names) {
  if (!fuzzTargets.some((target) => target.name === name))
    refuse(usage, `There is no target ${JSON.stringify(name)}.`);
}

console.log(`Seed ${seed}`);
const properties: PropertyResult[] = [];
for (const { decoder, holds, property } of names.length > 0 ? [] : decoderProperties) {
  const start = performance.now();
  const details = fc.check(property(), { numRuns: runs, seed });
  const failure = details.failed ? (fc.defaultReportMessage(details) ?? "failed") : null;
  const took = (performance.now() - start) / 1000;
  properties.push({ decoder, holds, runs: details.numRuns, failure, seconds: took });
  console.log(`${failure === null ? "holds" : "FAILS"}: ${decoder}: ${holds} (${took.toFixed(1)} s)`);
  if (failure !== null) console.log(`  ${failure.replaceAll("\n", "\n  ")}`);
}
const targets: TargetResult[] = [];
for (const target of fuzzTargets.filter(({ name }) => names.length === 0 || names.includes(name))) {
  const start = performance.now();
  const report = await runTarget(target, seconds * 1000, seed);
  targets.push({ target, report, seconds: (performance.now() - start) / 1000 });
  extendCorpus(target.name, report.found);
  const { inputs, reached, found, crashes, slowest } = report;
  console.log(
    `${target.name}: ${inputs} inputs reach ${reached} characters of code, ${found.length} something new; ` +
      `${crashes.length} crashes, ${Math.round(slowest)} ms at most`,
  );
  for (const { input, problem } of crashes) {
    console.log(
      `  CRASH: ${JSON.stringify(input.toString("latin1"))}\n    ${problem.replaceAll("\n", "\n    ")}`,
    );
  }
}
const isWhole = names.length === 0 && runs >= DEFAULT_RUNS && seconds >= DEFAULT_SECONDS;
if (isWhole || (values.write === true && names.length === 0)) {
  writeSection("fuzz", fuzzTables(properties, targets, conditionsOf(describeMachine(new Date()))));
  console.log("docs/reliability.md has the figures.");
}
const wrong =
  properties.filter(({ failure }) => failure !== null).length +
  targets.filter(({ report }) => report.crashes.length > 0).length;
console.log(`${properties.length + targets.length - wrong} right, ${wrong} wrong`);
process.exitCode = wrong === 0 ? 0 : 1;
