/**
 * Compiles the bundle ahead of its launches.
 *
 * A launch spends most of its time compiling JavaScript. So the build lets the bundle do once what a
 * plan asks of it, and keeps what V8 has compiled by then.
 */
import { join } from "node:path";
import { train } from "./training.ts";

/** The bundle as an expression that `vm.Script` can evaluate: what Node makes of a CommonJS module. */
export function asFunction(bundle: string): string {
  return `(function (exports, require, module) {${bundle}\n})`;
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
