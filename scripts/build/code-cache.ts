/**
 * Compiles the bundle before its launches.
 *
 * A launch spends most of its time compiling JavaScript. So the build lets the bundle do once what a plan asks of it,
 * and keeps what V8 has compiled by then.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { train } from "./training.ts";

/** The bundle as an expression for `vm.Script`, like Node's wrapper of a CommonJS module. */
export function asFunction(bundle: string): string {
  return `(function (exports, require, module) {${bundle}\n})`;
}

/** If this many recordings are all different, something is wrong. */
const MOST_RECORDINGS = 10;

/** The input of a recording. */
export interface RecordingOptions {
  /** The Node that will read the code. No other version accepts it. */
  readonly node: string;
  /** The file with the bundle, as {@link asFunction} gives it. */
  readonly source: string;
  /** A folder for temporary files. */
  readonly work: string;
  /** The addon that returns the code of Node's own modules; without one they are not recorded. */
  readonly addon: string | undefined;
}

/** What V8 compiles during a plan. */
export interface Recording {
  /** Of the bundle. */
  readonly bundle: Buffer;
  /** Of Node's own modules, as `record-modules.cjs` writes it; empty without an addon. */
  readonly modules: Buffer;
}

/**
 * Records until two recordings of each part are the same. Sometimes, mostly on a busy machine, timing makes a function run
 * that usually does not. What two recordings agree on is the same in every build.
 * @throws {Error} When no two agree.
 */
export async function recordAgreedCode(options: RecordingOptions): Promise<Recording> {
  const seen: Recording[] = [];
  while (seen.length < MOST_RECORDINGS) {
    seen.push(await recordCode(options));
    const bundle = firstTwice(seen.map((one) => one.bundle));
    const modules = firstTwice(seen.map((one) => one.modules));
    if (bundle !== undefined && modules !== undefined) return { bundle, modules };
  }
  throw new Error(`V8 compiled something else in each of ${MOST_RECORDINGS} runs.`);
}

function firstTwice(all: readonly Buffer[]): Buffer | undefined {
  return all.find((one, index) => all.slice(0, index).some((earlier) => earlier.equals(one)));
}

/**
 * Records once.
 *
 * V8 mixes a random number into the hashes of its strings, which are part of the code. With a fixed number two builds
 * are the same.
 */
export async function recordCode({ node, source, work, addon }: RecordingOptions): Promise<Recording> {
  const record = join(import.meta.dirname, "record.cjs");
  const [bundle, modules] = [join(work, "provider.recorded"), join(work, "modules.json")];
  const ofModules = addon === undefined ? [] : [addon, modules];
  // Needed to see Node's own modules; Node warns about it.
  const internals = addon === undefined ? [] : ["--expose-internals", "--no-warnings"];
  await train(node, ["--random-seed=1", ...internals, record, source, bundle, ...ofModules]);
  return {
    bundle: readFileSync(bundle),
    modules: addon === undefined ? Buffer.alloc(0) : readFileSync(modules),
  };
}
