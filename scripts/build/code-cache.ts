/**
 * Compiles the bundle ahead of its launches.
 *
 * A launch spends most of its time compiling JavaScript. So the build lets the bundle do once what a
 * plan asks of it, and keeps what V8 has compiled by then.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "./training.ts";

/** The bundle as an expression that `vm.Script` can evaluate: what Node makes of a CommonJS module. */
export function asFunction(bundle: string): string {
  return `(function (exports, require, module) {${bundle}\n})`;
}

/** After so many recordings of which no two are the same, something is wrong. */
const MOST_RECORDINGS = 10;

/**
 * Records until two recordings are the same. Now and then timing lets a function run that usually does not, on a busy
 * machine more often; what two recordings agree on is what a build has everywhere.
 * @throws {Error} When no two agree.
 */
export async function recordAgreedCode(node: string, source: string, cache: string): Promise<void> {
  const seen: Buffer[] = [];
  while (seen.length < MOST_RECORDINGS) {
    await recordCode(node, source, cache);
    const recorded = readFileSync(cache);
    if (seen.some((earlier) => earlier.equals(recorded))) return;
    seen.push(recorded);
  }
  throw new Error(`V8 compiled something else of the bundle in each of ${MOST_RECORDINGS} runs.`);
}

/**
 * Writes what V8 compiles of the script `source` during a plan to the file `cache`.
 *
 * V8 mixes a random number into the hashes of its strings, which the cache contains; with a fixed one
 * two builds are the same.
 *
 * @param node The Node that will read the cache: no other version takes it.
 */
export async function recordCode(node: string, source: string, cache: string): Promise<void> {
  const record = join(import.meta.dirname, "record.cjs");
  await train(node, ["--random-seed=1", record, source, cache]);
}
