/**
 * `npm run bench`: measures the packaged provider beside the real bpg provider and writes docs/benchmarks.md.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { readArguments, refuse } from "./arguments.ts";
import { measureGrowth } from "./bench/growth.ts";
import { describeMachine, recentLoad } from "./bench/machine.ts";
import { type Parts, PartsError, partsOf, SECTIONS } from "./bench/parts.ts";
import type { Programs } from "./bench/plan.ts";
import { measurePlans, type PlanSection } from "./bench/plans.ts";
import { FIGURES_FOLDER, reportOf } from "./bench/report.ts";
import type { Results } from "./bench/results.ts";
import { measureStart } from "./bench/start.ts";
import { ensureInstalled } from "./bootstrap.mjs";
import { ensureBuilt } from "./build/build.ts";
import { linuxAlone } from "./linux-alone.ts";
import { projectRoot } from "./project.ts";
import { ensureTool } from "./tools/ensure-tool.ts";

/** Above this load, other work changes the figures. */
const QUIET = 0.5;

/** Measures one part after the other, and notes how long each took. */
async function measure({ start, plans = [], growth }: Parts, programs: Programs): Promise<Results> {
  const machine = describeMachine(new Date());
  const took: Record<string, number> = {};
  const part = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    const began = performance.now();
    const result = await work();
    took[name] = Math.round((performance.now() - began) / 100) / 10;
    console.log(`${name}: ${took[name]} s`);
    return result;
  };
  const figures: { -readonly [section in "start" | "growth"]?: NonNullable<Results[section]> } = {};
  if (start !== undefined) {
    const { rounds } = start;
    figures.start = await part(`Start-up, ${rounds} rounds`, () => measureStart(rounds, programs));
  }
  const sections: PlanSection[] = [];
  for (const size of plans) {
    const name = `Plans of ${size.nodes} × ${size.functions}, ${size.delayMs} ms, ${size.rounds} rounds`;
    sections.push(await part(name, () => measurePlans(size, programs)));
  }
  if (growth !== undefined) {
    const { devices, rounds } = growth;
    const name = `Growth up to ${devices.at(-1)} devices, ${rounds} rounds`;
    figures.growth = await part(name, () => measureGrowth(programs.gpuhost, devices, rounds));
  }
  return { machine, ...figures, ...(sections.length === 0 ? {} : { plans: sections }), took };
}

async function write(results: Results, folder: string): Promise<string> {
  const beside = join(folder, FIGURES_FOLDER);
  mkdirSync(beside, { recursive: true });
  writeFileSync(join(beside, "results.json"), `${JSON.stringify(results, null, 1)}\n`);
  // It is installed by now; only this command needs it.
  const { plotsOf } = await import("./bench/plots/plots.ts");
  for (const [name, svg] of await plotsOf(results)) writeFileSync(join(beside, name), svg);
  const report = join(folder, "benchmarks.md");
  writeFileSync(report, reportOf(results));
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
    plans: {
      type: "string",
      value: "3x30,16x100@75",
      description: "Only plans of these nodes × functions, with this delay or without one and with 75 ms",
    },
    rounds: { type: "string", value: "N", description: "How often each is measured instead" },
    output: { type: "string", value: "FOLDER", description: "Where the report goes instead" },
  },
} as const;
const { values } = readArguments(usage);
let parts: Parts;
try {
  parts = partsOf(values);
} catch (error) {
  if (!(error instanceof PartsError)) throw error;
  parts = refuse(usage, error.message);
}
linuxAlone(usage.command, "reads in /proc what a process takes");
const { quick, sections, plans, rounds } = values;
const whole = quick !== true && [sections, plans, rounds].every((limit) => limit === undefined);
const output = resolve(values.output ?? join(projectRoot, whole ? "docs" : "dist/bench"));

await ensureInstalled(join(projectRoot, "scripts", "bench", "plots"), "what draws the plots");
const { binary, mirror } = await ensureBuilt(console.log);
const programs = {
  tofu: await ensureTool("tofu", console.log),
  bpg: await ensureTool("bpg", console.log),
  gpuhost: binary,
  mirror,
};
if (recentLoad() > QUIET)
  console.log(`The load of this machine is ${recentLoad()}: the figures will be bad.`);
const results = await measure(parts, programs);
const report = await write(results, output);
console.log(`\n${reportOf(results)}\nWritten to ${relative(process.cwd(), report)}`);
