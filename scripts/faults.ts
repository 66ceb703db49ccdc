/**
 * `npm run test:faults`: every kind of fault between the packaged provider and the stand-in for Proxmox, with many seeds. A full
 * run writes its figures into docs/reliability.md.
 */
import { faultKinds } from "../test/support/faults/kinds.ts";
import { READERS } from "../test/support/faults/reader.ts";
import type { RunReport } from "../test/support/faults/run.ts";
import { runSuite } from "../test/support/faults/suite.ts";
import { readArguments, refuse } from "./arguments.ts";
import { describeMachine } from "./bench/machine.ts";
import { ensureBuilt } from "./build/build.ts";
import { faultTable } from "./reliability/fault-table.ts";
import { conditionsOf, writeSection } from "./reliability/page.ts";
import { wholeNumber } from "./reliability/whole-number.ts";

const DEFAULT_SEEDS = 20;
const DEFAULT_AT_A_TIME = 4;

const usage = {
  command: "npm run test:faults",
  summary: "Tries the packaged provider under every kind of fault. A whole run writes docs/reliability.md",
  options: {
    seeds: {
      type: "string",
      value: "N",
      description: `Runs each kind with N seeds (default ${DEFAULT_SEEDS})`,
    },
    first: { type: "string", value: "N", description: "Begins with seed N (default 1), to repeat one run" },
    kind: {
      type: "string",
      value: "NAME",
      multiple: true,
      description: "Runs this kind, or this group of kinds, alone",
    },
    reader: {
      type: "string",
      value: "NAME",
      description: `Reads with ${READERS.join(", ")} alone`,
    },
    "at-a-time": {
      type: "string",
      value: "N",
      description: `Runs so many providers at a time (default ${DEFAULT_AT_A_TIME})`,
    },
    write: { type: "boolean", description: "Writes the figures of a run with fewer seeds, too" },
    list: { type: "boolean", description: "Names the kinds, and runs none" },
  },
} as const;

const { values } = readArguments(usage);
const seeds = wholeNumber(usage, "seeds", values.seeds, DEFAULT_SEEDS);
const first = wholeNumber(usage, "first", values.first, 1);
const atATime = wholeNumber(usage, "at-a-time", values["at-a-time"], DEFAULT_AT_A_TIME);
const names = values.kind ?? [];
const reader = READERS.find((name) => name === values.reader);
if (values.reader !== undefined && reader === undefined)
  refuse(usage, `There is no reader ${JSON.stringify(values.reader)}; there are ${READERS.join(", ")}.`);
const kinds = faultKinds.filter(
  ({ name, group }) => names.length === 0 || names.includes(name) || names.includes(group),
);
for (const name of names) {
  if (!kinds.some((kind) => kind.name === name || kind.group === name))
    refuse(usage, `There is no kind ${JSON.stringify(name)}; --list names them.`);
}
if (values.list === true) {
  for (const { name, group, wire, strikes } of kinds) console.log(`${group}: ${name}: ${wire}; ${strikes}`);
  process.exit(0);
}

function tell({ kind, reader: who, seed, outcome, milliseconds, memory, problems }: RunReport): void {
  if (problems.length === 0 && names.length === 0) return;
  const figures = `${Math.round(milliseconds)} ms, ${Math.round(memory)} MiB`;
  console.log(
    `${problems.length === 0 ? "right" : "WRONG"}: ${kind.name}, ${who}, seed ${seed}: ${outcome}, ${figures}`,
  );
  for (const problem of problems) console.log(`  ${problem.replaceAll("\n", "\n  ")}`);
}

const { binary } = await ensureBuilt(console.log);
const list = Array.from({ length: seeds }, (_, index) => first + index);
console.log(`${kinds.length} kinds of faults with ${list.length} seeds each`);
const reports = await runSuite({ executable: binary, kinds, seeds: list, reader, atATime, onRun: tell });
const wrong = reports.filter(({ problems }) => problems.length > 0);
if (names.length === 0 && reader === undefined && (seeds >= DEFAULT_SEEDS || values.write === true)) {
  writeSection("faults", faultTable(reports, conditionsOf(describeMachine(new Date()), seeds)));
  console.log("docs/reliability.md has the figures.");
}
console.log(`${reports.length - wrong.length} right, ${wrong.length} wrong`);
process.exitCode = wrong.length === 0 && reports.length > 0 ? 0 : 1;
