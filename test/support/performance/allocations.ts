/**
 * Counts what each stage of a read allocates, in a process of its own.
 *
 * V8 has no such count, so the process never collects garbage: what is there after a stage and was not before is what the
 * stage has allocated. And it interprets everything. V8's compilers spare some objects, but only from the moment when they
 * are done, which is another one each time. So the counts are higher than those of a real read, above all for `encode`, and
 * the same in every run of the same code.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { ClusterSize } from "../../../scripts/bench/cluster.ts";
import { bundle } from "../../../scripts/build/bundle.ts";
import { projectRoot } from "../../../scripts/project.ts";

/** The stages of a read, in their order. */
export const stages = ["decode", "select", "group", "encode"] as const;
export type Stage = (typeof stages)[number];

/** Bytes for one device. */
export type Allocations = Readonly<Record<Stage, number>>;

/** What `read-by-stages.ts` prints. */
export interface StagesReport {
  /** Bytes that were there before the first stage and after each, a line for every size. */
  readonly marks: readonly (readonly number[])[];
  /** How often garbage was collected. */
  readonly collections: number;
}

/** In MiB: more than all stages need together. */
const NURSERY = 1024;

const FLAGS = [
  "--jitless",
  // Otherwise V8 begins to take notes of a function when it has run a while.
  "--no-lazy-feedback-allocation",
  `--min-semi-space-size=${NURSERY}`,
  `--max-semi-space-size=${NURSERY}`,
];

/**
 * Reads one cluster after the other.
 * @throws {Error} When garbage was collected meanwhile
 */
export async function countAllocations(sizes: readonly ClusterSize[]): Promise<readonly Allocations[]> {
  const folder = mkdtempSync(join(tmpdir(), "allocations-"));
  try {
    // Bundled, because Node reads TypeScript by WebAssembly, which it cannot without compilers.
    const entry = join(projectRoot, "test", "performance", "fixtures", "read-by-stages.ts");
    const program = join(folder, "read-by-stages.cjs");
    writeFileSync(program, (await bundle({ version: "0.0.0", entry })).text);
    const args = [...FLAGS, program, JSON.stringify(sizes)];
    const { stdout } = await promisify(execFile)(process.execPath, args, { env: {} });
    const { marks, collections } = JSON.parse(stdout) as StagesReport;
    if (collections > 0) throw new Error(`Garbage was collected ${collections} times: nothing can be said.`);
    return sizes.map((size, index) => perDevice(marks[index] ?? [], size));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function perDevice(marks: readonly number[], { nodes, functions }: ClusterSize): Allocations {
  const of = (index: number): number =>
    ((marks[index + 1] ?? Number.NaN) - (marks[index] ?? Number.NaN)) / (nodes * functions);
  return { decode: of(0), select: of(1), group: of(2), encode: of(3) };
}
