/** The only error that reading and writing cty values throws, and how it gets its attribute path. */
import { formatPath, type Path, type PathStep } from "./path.ts";

/**
 * - `malformed`: the bytes or the text are not MessagePack, JSON or UTF-8.
 * - `limit`: they go beyond a limit of `limits.ts`.
 * - `mismatch`: they can be read, but do not fit the type.
 */
export type CtyErrorCode = "malformed" | "limit" | "mismatch";

/** Where a CtyError happened. */
export interface CtyErrorPlace {
  /** Steps from the root of the value. The path ends at a set, since no step can point into one. */
  readonly path?: Path;
  /** Byte offset into the input; absent when a value is being written. */
  readonly offset?: number | undefined;
}

/** The error that callers of this folder get: what is wrong, and where. */
export class CtyError extends Error {
  override readonly name = "CtyError";
  readonly code: CtyErrorCode;
  /** What is wrong, without the place: for diagnostics, which have the path themselves. */
  readonly problem: string;
  readonly path: Path;
  readonly offset: number | undefined;

  constructor(code: CtyErrorCode, problem: string, place: CtyErrorPlace = {}) {
    const path = place.path ?? [];
    const where = path.length === 0 ? "" : `${formatPath(path)}: `;
    super(`${where}${problem}${place.offset === undefined ? "" : ` (at byte ${place.offset})`}`);
    this.code = code;
    this.problem = problem;
    this.path = path;
    this.offset = place.offset;
  }
}

/**
 * A CtyError on its way up through the containers. Each container adds its own step, so paths cost nothing as long as
 * nothing is wrong.
 */
export class Fault extends Error {
  readonly code: CtyErrorCode;
  /** Innermost first. */
  readonly #steps: PathStep[] = [];

  /** The place in a JSON text, in UTF-16 units, if it is known more exactly than by the value that was reached. */
  readonly textOffset: number | undefined;

  constructor(code: CtyErrorCode, problem: string, textOffset?: number) {
    super(problem);
    this.code = code;
    this.textOffset = textOffset;
  }

  /** Adds the step of a container. At a set the path ends. */
  within(step: PathStep | "set"): this {
    if (step === "set") this.#steps.length = 0;
    else this.#steps.push(step);
    return this;
  }

  toCtyError(offset?: number): CtyError {
    return new CtyError(this.code, this.message, { path: this.#steps.toReversed(), offset });
  }
}

/** Throws a Fault: a value does not fit its type. */
export function mismatch(problem: string): never {
  throw new Fault("mismatch", problem);
}

/** The Fault for an attribute that the type of an object does not have. Its path is that of the object. */
export function otherAttribute(name: string): Fault {
  return new Fault("mismatch", `the object has no attribute ${quoteName(name)}`);
}

/** Adds the step of a container to what a child threw, and throws it on. */
export function rethrowWithin(error: unknown, step: PathStep | "set"): never {
  throw error instanceof Fault ? error.within(step) : error;
}

/** Runs `work` and turns a Fault into a CtyError. */
export function withCtyError<T>(work: () => T, offsetOf?: (fault: Fault) => number | undefined): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    throw error.toCtyError(offsetOf?.(error));
  }
}

/** A name from outside for an error message: quoted, and cut when it is very long. */
export function quoteName(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}
