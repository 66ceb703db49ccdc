/** Runs a fuzz target in a thread, and ends it when it hangs. */
import { Worker } from "node:worker_threads";
import type { Crash, FuzzReport } from "../../test/support/fuzz/fuzzer.ts";
import type { FuzzTarget } from "../../test/support/fuzz/target.ts";
import type { FuzzJob } from "./worker.ts";

/** An input that takes longer counts as one that never ends. */
const STUCK_MS = 20_000;
/** The heap of the thread, including that of Node and the tests. */
const HEAP_MIB = 400;
const LOOK_MS = 1_000;

/** The report, including what happened if an input ended the thread. */
export async function runTarget(target: FuzzTarget, milliseconds: number, seed: number): Promise<FuzzReport> {
  const present = new SharedArrayBuffer(8 + target.maxBytes);
  const job: FuzzJob = { target: target.name, milliseconds, seed, present };
  const worker = new Worker(new URL("worker.ts", import.meta.url), {
    workerData: job,
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MIB },
  });
  const numbers = new Uint32Array(present, 0, 2);
  const crashed = (problem: string): FuzzReport => {
    const input = Buffer.from(new Uint8Array(present, 8, numbers[1] ?? 0));
    const crash: Crash = { input, problem };
    return { inputs: numbers[0] ?? 0, reached: 0, found: [], crashes: [crash], slowest: 0 };
  };
  return new Promise((resolve) => {
    let before = -1;
    let since = Date.now();
    const timer = setInterval(() => {
      const count = numbers[0] ?? 0;
      if (count !== before) since = Date.now();
      before = count;
      if (Date.now() - since > STUCK_MS + LOOK_MS) end(crashed(`it took more than ${STUCK_MS} ms`));
    }, LOOK_MS);
    const end = (report: FuzzReport): void => {
      clearInterval(timer);
      void worker.terminate().then(() => resolve(report));
    };
    worker.once("message", (report: FuzzReport) => end(withBuffers(report)));
    worker.once("error", (error) => end(crashed(error instanceof Error ? error.message : String(error))));
  });
}

/** Between threads, buffers become plain bytes. */
function withBuffers(report: FuzzReport): FuzzReport {
  const crashes = report.crashes.map(({ input, problem }) => ({ input: Buffer.from(input), problem }));
  return { ...report, crashes, found: report.found.map((input) => Buffer.from(input)) };
}
