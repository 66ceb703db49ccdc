/** Types, lint and format. */
import { runProgram } from "../run.ts";
import type { Tally } from "./tally.ts";

const checks = [
  { title: "Types", program: "tsc", args: [] },
  { title: "Lint and format", program: "biome", args: ["check", "--error-on-warnings", "."] },
] as const;

/** Runs every check, even after one has failed. */
export async function runChecks(say: (line: string) => void): Promise<Tally> {
  let failed = 0;
  for (const { title, program, args } of checks) {
    say(`== ${title}`);
    if ((await runProgram(program, args)) !== 0) failed += 1;
  }
  return { passed: checks.length - failed, failed, skipped: 0 };
}
