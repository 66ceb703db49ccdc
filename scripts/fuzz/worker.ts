/**
 * Fuzzes one target in a thread of its own, so that an input that never ends, or takes all memory, can be found and stopped.
 */
import { pathToFileURL } from "node:url";
import { parentPort, workerData } from "node:worker_threads";
import { readCorpus } from "../../test/support/fuzz/corpus.ts";
import { fuzz } from "../../test/support/fuzz/fuzzer.ts";
import { fuzzTargets } from "../../test/support/fuzz/targets.ts";
import { seededRandom } from "../../test/support/pve/random.ts";
import { projectRoot } from "../project.ts";

/** The input of the thread. */
export interface FuzzJob {
  readonly target: string;
  readonly milliseconds: number;
  readonly seed: number;
  /** The first four bytes count the inputs; the next four are the length of the present input, which follows. */
  readonly present: SharedArrayBuffer;
}

const { target: name, milliseconds, seed, present } = workerData as FuzzJob;
const target = fuzzTargets.find((one) => one.name === name);
if (target === undefined) throw new Error(`there is no target ${name}`);
const numbers = new Uint32Array(present, 0, 2);
const bytes = new Uint8Array(present, 8);
const report = await fuzz(target, {
  corpus: readCorpus(name),
  random: seededRandom(seed),
  milliseconds,
  within: pathToFileURL(`${projectRoot}/src/`).href,
  onInput: (input) => {
    bytes.set(input.subarray(0, bytes.length));
    numbers[1] = Math.min(input.length, bytes.length);
    numbers[0] = (numbers[0] ?? 0) + 1;
  },
});
parentPort?.postMessage(report);
