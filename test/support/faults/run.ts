/** Runs the packaged provider once under a fault. */
import { judge, newsOf, type Observed, type Reference, type Told } from "./judge.ts";
import type { FaultKind } from "./kind.ts";
import { Disturbance } from "./process-figures.ts";
import { readCommand } from "./read-command.ts";
import { readDataSource } from "./read-data-source.ts";
import { type ReaderName, readers } from "./reader.ts";
import { FaultScene } from "./scene.ts";
import { SAME } from "./strike.ts";

/** One run, judged. */
export interface RunReport {
  readonly kind: FaultKind;
  readonly reader: ReaderName;
  readonly seed: number;
  readonly outcome: "result" | "error" | "none";
  readonly milliseconds: number;
  readonly memory: number;
  /** What was wrong; empty when all was right. */
  readonly problems: readonly string[];
  /** What the provider told, for whoever looks into it. */
  readonly told: readonly Told[];
}

/** Nothing happens. */
export const NO_FAULT: FaultKind = {
  name: "none",
  group: "answer",
  wire: "nothing",
  strikes: "nothing",
  outcome: SAME,
  setting: { timeout: 60 },
  arrange: () => undefined,
};

/** Reads without a fault. */
export async function readReference(
  executable: string,
  reader: ReaderName = "pci_devices",
): Promise<Reference> {
  const scene = await FaultScene.open(NO_FAULT, 1, [], reader);
  try {
    const { state, told, left } = await observe(executable, scene);
    const asked = scene.proxies.flatMap(({ seen }) => seen.map(({ target }) => target));
    if (state === null || left.length > 0) {
      throw new Error(`A read without a fault fails: ${JSON.stringify({ told, left })}`);
    }
    return { state, told, requests: [...new Set(asked)], asked };
  } finally {
    await scene.close();
  }
}

/** Whether there is something for a kind of fault to strike in what a reader asks: `gpuhost_mdev_types` asks one node. */
export function applies(kind: FaultKind, { requests }: Reference, reader: ReaderName): boolean {
  if (reader === "mdev_types" && kind.group === "cluster") return false;
  return kind.needs?.(requests) ?? true;
}

/** So often at most is one run begun. */
const MAX_RUNS = 4;

/**
 * Runs one kind with one seed. Where the machine itself kept provider or servers waiting for a good part of the time-out, that was a
 * fault of its own: a run that went wrong then is no evidence, and is begun again. What goes wrong undisturbed is told at once.
 */
export async function runFault(
  executable: string,
  kind: FaultKind,
  seed: number,
  reference: Reference,
  reader: ReaderName = "pci_devices",
): Promise<RunReport> {
  for (let run = 1; ; run += 1) {
    const disturbance = new Disturbance();
    const { report, waited, timeoutMs } = await runOnce(executable, kind, seed, reference, reader);
    const isDisturbed = waited + disturbance.end() > timeoutMs / DISTURBING;
    if (report.problems.length === 0 || !isDisturbed || run === MAX_RUNS) return report;
  }
}

/** The part of a time-out that the machine may take. */
const DISTURBING = 5;

async function runOnce(
  executable: string,
  kind: FaultKind,
  seed: number,
  reference: Reference,
  reader: ReaderName,
): Promise<{ readonly report: RunReport; readonly waited: number; readonly timeoutMs: number }> {
  const scene = await FaultScene.open(kind, seed, reference.requests, reader);
  const { timeoutMs } = scene;
  const run = { kind, reader, seed };
  try {
    const observed = await observe(executable, scene);
    const { told, milliseconds, memory, waited } = observed;
    const isError = newsOf(told, reference, kind.outcome).some(({ severity }) => severity === "error");
    const outcome = isError ? "error" : "result";
    const problems = judge(scene, observed, reference);
    return { report: { ...run, outcome, milliseconds, memory, problems, told }, waited, timeoutMs };
  } catch (error) {
    const problems = [error instanceof Error ? error.message : String(error)];
    const nothing = { outcome: "none" as const, milliseconds: 0, memory: 0, told: [] };
    return { report: { ...run, ...nothing, problems }, waited: 0, timeoutMs };
  } finally {
    await scene.close();
  }
}

function observe(executable: string, scene: FaultScene): Promise<Observed> {
  const reader = readers[scene.reader];
  return reader.how === "command"
    ? readCommand(executable, reader, scene)
    : readDataSource(executable, scene);
}
