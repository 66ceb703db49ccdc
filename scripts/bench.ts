/**
 * `npm run bench`: measures the packaged provider beside the real bpg provider and writes docs/benchmarks.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readArguments, refuse } from "./arguments.ts";
import { measureGrowth } from "./bench/growth.ts";
import { describeMachine, recentLoad } from "./bench/machine.ts";
import type { Programs } from "./bench/plan.ts";
import { measurePlans, type PlanSection, type PlanSize } from "./bench/plans.ts";
import { plotsOf } from "./bench/plots.ts";
import { reportOf } from "./bench/report.ts";
import type { Results } from "./bench/results.ts";
import { measureStart } from "./bench/start.ts";
import { ensureBuilt } from "./build/build.ts";
import { projectRoot } from "./project.ts";
import { ensureTool } from "./tools/ensure-tool.ts";

interface Extent {
  readonly startRounds: number;
  readonly plans: readonly PlanSize[];
  readonly devices: readonly number[];
  readonly growthRounds: number;
}

const FULL: Extent = {
  startRounds: 41,
  plans: [
    { nodes: 3, functions: 30, delayMs: 0, rounds: 31 },
    { nodes: 3, functions: 30, delayMs: 75, rounds: 31 },
    { nodes: 16, functions: 100, delayMs: 0, rounds: 21 },
    { nodes: 16, functions: 100, delayMs: 75, rounds: 21 },
    { nodes: 128, functions: 100, delayMs: 0, rounds: 9 },
    { nodes: 128, functions: 100, delayMs: 75, rounds: 9 },
    { nodes: 16, functions: 6000, delayMs: 0, rounds: 3 },
    { nodes: 16, functions: 6000, delayMs: 75, rounds: 3 },
  ],
  devices: [1000, 2000, 5000, 10_000, 20_000, 50_000, 100_000],
  growthRounds: 5,
};

const QUICK: Extent = {
  startRounds: 3,
  plans: [{ nodes: 3, functions: 30, delayMs: 0, rounds: 3 }],
  devices: [1000, 10_000],
  growthRounds: 1,
};

/** Above this, other work decides about the figures. */
const QUIET = 0.5;

const SECTIONS = ["start", "plans", "growth"];

async function measure(sections: readonly string[], extent: Extent, programs: Programs): Promise<Results> {
  const machine = describeMachine(new Date());
  const say = (line: string): void => console.log(line);
  const start = sections.includes("start") ? { start: await measureStart(extent.startRounds, programs) } : {};
  const plans: PlanSection[] = [];
  for (const size of sections.includes("plans") ? extent.plans : []) {
    plans.push(await measurePlans(size, programs, say));
  }
  const growth = sections.includes("growth")
    ? { growth: await measureGrowth(programs.gpuhost, extent.devices, extent.growthRounds, say) }
    : {};
  return { machine, ...start, ...(plans.length === 0 ? {} : { plans }), ...growth };
}

async function write(results: Results, folder: string): Promise<string> {
  const beside = join(folder, "benchmarks");
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
  for (const [name, svg] of await plotsOf(results)) writeFileSync(join(beside, name), svg);
  const report = join(folder, "benchmarks.md");
  writeFileSync(report, reportOf(results, "benchmarks/"));
  return report;
}

const usage = {
  command: "npm run bench",
  summary: "Measures the packaged provider beside the real bpg provider and writes docs/benchmarks.md",
  options: {
    quick: {
      type: "boolean",
      description: "A minute's run that shows that it works; goes to dist/bench and proves nothing",
    },
    sections: {
      type: "string",
      value: "A,B",
      description: `Only these of ${SECTIONS.join(", ")}; then it goes to dist/bench too`,
    },
    output: { type: "string", value: "FOLDER", description: "Where the report goes instead" },
  },
} as const;
const { values } = readArguments(usage);
const sections = values.sections?.split(",") ?? SECTIONS;
for (const section of sections.filter((one) => !SECTIONS.includes(one))) {
  refuse(usage, `There is no section ${JSON.stringify(section)}; there are ${SECTIONS.join(", ")}.`);
}
const whole = values.quick !== true && sections.length === SECTIONS.length;
const output = resolve(values.output ?? join(projectRoot, whole ? "docs" : "dist/bench"));

const { binary, mirror } = await ensureBuilt(console.log);
const programs = {
  tofu: await ensureTool("tofu", console.log),
  bpg: await ensureTool("bpg", console.log),
  gpuhost: binary,
  mirror,
};
if (recentLoad() > QUIET)
  console.log(`The load of this machine is ${recentLoad()}: the figures will be bad.`);
const results = await measure(sections, values.quick === true ? QUICK : FULL, programs);
const report = await write(results, output);
console.log(`\n${reportOf(results, "benchmarks/")}\nWritten to ${relative(process.cwd(), report)}`);
