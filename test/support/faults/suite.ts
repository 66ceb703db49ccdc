/** Runs many kinds with many seeds, several at a time. */
import type { FaultKind } from "./kind.ts";
import { type RunReport, readReference, runFault } from "./run.ts";

export interface SuiteOptions {
  readonly executable: string;
  readonly kinds: readonly FaultKind[];
  readonly seeds: readonly number[];
  /** How many providers run at a time: most of them wait. */
  readonly atATime: number;
  readonly onRun?: (report: RunReport) => void;
}

/** Runs every kind with every seed. */
export async function runSuite(options: SuiteOptions): Promise<readonly RunReport[]> {
  const { executable, kinds, seeds, atATime, onRun } = options;
  const reference = await readReference(executable);
  const pending = seeds.flatMap((seed) => kinds.map((kind) => ({ kind, seed })));
  const reports: RunReport[] = [];
  const work = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const report = await runFault(executable, next.kind, next.seed, reference);
      reports.push(report);
      onRun?.(report);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return reports;
}
