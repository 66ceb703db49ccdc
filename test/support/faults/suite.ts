/** Runs many kinds with many seeds, several at a time. */
import type { Reference } from "./judge.ts";
import type { FaultKind } from "./kind.ts";
import { OTHER_READERS, type ReaderName } from "./reader.ts";
import { applies, type RunReport, readReference, runFault } from "./run.ts";

export interface SuiteOptions {
  readonly executable: string;
  readonly kinds: readonly FaultKind[];
  readonly seeds: readonly number[];
  /** Who reads; when left out, `gpuhost_pci_devices` with every seed and each of the others with one of the first. */
  readonly reader?: ReaderName | undefined;
  /** How many providers run at a time: most of them wait. */
  readonly atATime: number;
  readonly onRun?: (report: RunReport) => void;
}

/** Runs every kind with every seed. */
export async function runSuite(options: SuiteOptions): Promise<readonly RunReport[]> {
  const { executable, kinds, seeds, reader, atATime, onRun } = options;
  const references = new Map<ReaderName, Reference>();
  const referenceOf = async (name: ReaderName): Promise<Reference> => {
    const known = references.get(name) ?? (await readReference(executable, name));
    references.set(name, known);
    return known;
  };
  const pending: { kind: FaultKind; seed: number; reader: ReaderName }[] = [];
  for (const [round, seed] of seeds.entries()) {
    for (const [index, kind] of kinds.entries()) {
      const other = otherReader(index, round);
      const chosen = reader === undefined ? ["pci_devices" as const, ...(other ?? [])] : [reader];
      for (const one of chosen)
        if (applies(kind, await referenceOf(one), one)) pending.push({ kind, seed, reader: one });
    }
  }
  const reports: RunReport[] = [];
  const work = async (): Promise<void> => {
    for (let next = pending.shift(); next !== undefined; next = pending.shift()) {
      const reference = await referenceOf(next.reader);
      const report = await runFault(executable, next.kind, next.seed, reference, next.reader);
      reports.push(report);
      onRun?.(report);
    }
  };
  await Promise.all(Array.from({ length: atATime }, work));
  return reports;
}

/** Whose turn it is beside `gpuhost_pci_devices`: each kind meets each of the others once; in one round, kinds meet different ones. */
function otherReader(index: number, round: number): readonly [ReaderName] | null {
  const other =
    round < OTHER_READERS.length ? OTHER_READERS[(index + round) % OTHER_READERS.length] : undefined;
  return other === undefined ? null : [other];
}
