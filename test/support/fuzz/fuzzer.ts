/**
 * Fuzzing led by coverage: inputs are changed at random, and those that reach code that none before them has reached are kept and
 * changed further. They run in batches, since asking V8 what has run takes longer than most inputs do.
 */
import type { Random } from "../pve/random.ts";
import { Coverage } from "./coverage.ts";
import { mutate } from "./mutate.ts";
import type { FuzzTarget } from "./target.ts";

/** An input under which a target has not done what it should. */
export interface Crash {
  readonly input: Buffer;
  readonly problem: string;
}

export interface FuzzReport {
  readonly inputs: number;
  /** Characters of code that were reached. */
  readonly reached: number;
  /** Inputs that reached something new, beside those that were there. */
  readonly found: readonly Buffer[];
  readonly crashes: readonly Crash[];
  /** Of the slowest input, in milliseconds. */
  readonly slowest: number;
}

export interface FuzzOptions {
  readonly corpus: readonly Buffer[];
  readonly random: Random;
  readonly milliseconds: number;
  /** What the addresses of the files begin with whose coverage counts. */
  readonly within: string;
  /** Is told of every input before it runs. */
  readonly onInput?: (input: Buffer) => void;
}

const BATCH = 200;
const MAX_CRASHES = 10;

/** No input may take longer. */
const MAX_INPUT_MS = 1_000;

/** Runs a target until its time is up. */
export async function fuzz(target: FuzzTarget, options: FuzzOptions): Promise<FuzzReport> {
  const { random, within, onInput = () => undefined } = options;
  const words = target.words.map((word) => Buffer.from(word));
  const pool = [...target.seeds.map((seed) => Buffer.from(seed)), ...options.corpus];
  const crashes: Crash[] = [];
  const found: Buffer[] = [];
  let inputs = 0;
  let slowest = 0;
  const coverage = new Coverage(within);
  const run = async (input: Buffer): Promise<void> => {
    onInput(input);
    inputs += 1;
    const start = performance.now();
    const problem = await problemOf(target, input);
    const took = performance.now() - start;
    slowest = Math.max(slowest, took);
    if (problem !== null) crashes.push({ input, problem });
    else if (took > MAX_INPUT_MS) crashes.push({ input, problem: `it took ${Math.round(took)} ms` });
  };
  for (const input of pool) await run(input);
  coverage.reachesMore({ keep: true });
  const end = performance.now() + options.milliseconds;
  while (performance.now() < end && crashes.length < MAX_CRASHES) {
    const batch = Array.from({ length: BATCH }, () => {
      const parent = pool[Math.floor(random.next() * pool.length)] ?? Buffer.alloc(0);
      return mutate(parent, random, { words, others: pool, maxBytes: target.maxBytes });
    });
    for (const input of batch) await run(input);
    if (!coverage.reachesMore({ keep: false })) continue;
    for (const input of await reaching(target, batch, coverage)) {
      pool.push(input);
      found.push(input);
    }
  }
  const reached = coverage.size;
  coverage.end();
  return { inputs, reached, found, crashes, slowest };
}

/** Those of a batch that reach something new, found by halves. */
async function reaching(
  target: FuzzTarget,
  batch: readonly Buffer[],
  coverage: Coverage,
): Promise<readonly Buffer[]> {
  for (const input of batch) await problemOf(target, input);
  if (!coverage.reachesMore({ keep: batch.length === 1 })) return [];
  if (batch.length === 1) return batch;
  const half = batch.length >> 1;
  const first = await reaching(target, batch.slice(0, half), coverage);
  return [...first, ...(await reaching(target, batch.slice(half), coverage))];
}

/** What is wrong with what a target does; null when it reads or refuses as it should. */
export async function problemOf(target: FuzzTarget, input: Buffer): Promise<string | null> {
  try {
    await target.run(input);
    return null;
  } catch (error) {
    if (!(error instanceof Error)) return `thrown: ${String(error)}`;
    return target.refusals.some((kind) => error instanceof kind) ? refusalProblem(error) : `${error.stack}`;
  }
}

/** A refusal is told to users: it has to be of some length, and to show no bytes that a terminal obeys. */
function refusalProblem({ message }: Error): string | null {
  if (message.length > 20_000) return `a message of ${message.length} characters`;
  return null;
}
