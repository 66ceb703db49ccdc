/**
 * How often and how long one request may be tried. A request ends within timeout × endpoints × (retries + 1): what is waited between
 * the attempts counts, what is waited for its turn behind other requests does not.
 */
import type { Problem } from "../errors.ts";

export interface TriesLimits {
  /** Of one attempt at one endpoint. */
  readonly timeoutMs: number;
  /** How many endpoints an attempt may ask. */
  readonly endpoints: number;
  readonly maxRetries: number;
}

/** The attempts of one request. */
export class Tries {
  /** The number of the present attempt, from 1. */
  attempt = 1;
  /** Those that were tried in vain, in order. */
  readonly endpoints: string[] = [];
  /** For everything, in milliseconds. */
  readonly #budgetMs: number;
  readonly #maxRetries: number;
  #spentMs = 0;

  constructor({ timeoutMs, endpoints, maxRetries }: TriesLimits) {
    this.#budgetMs = timeoutMs * endpoints * (maxRetries + 1);
    this.#maxRetries = maxRetries;
  }

  get leftMs(): number {
    return Math.max(0, this.#budgetMs - this.#spentMs);
  }

  /** The problem of a request that ends with it: what was tried, and what the server asked to wait where there is no time for that. */
  final(problem: Problem, request?: string): Problem {
    const { endpoints, attempt: attempts } = this;
    return withWait(problem, this.#budgetMs).with({
      tried: { ...(request === undefined ? {} : { request }), endpoints, attempts },
    });
  }

  /** Counts what an attempt took; a clock that is set back gives nothing back. */
  spend(milliseconds: number): void {
    this.#spentMs += Math.max(0, milliseconds);
  }

  /** Whether there may be another attempt after a wait of so many milliseconds. */
  allow(waitMs: number): boolean {
    return this.attempt <= this.#maxRetries && waitMs < this.leftMs;
  }

  /** Begins the next attempt, after a wait. */
  next(waitedMs: number): void {
    this.spend(waitedMs);
    this.attempt += 1;
  }
}

/** The problem of a request that ends although the server asks for another attempt, later than there is time for. */
function withWait(problem: Problem, budgetMs: number): Problem {
  const { text, advice, retryAfterMs } = problem;
  if (retryAfterMs === undefined || retryAfterMs === 0) return problem;
  const limit = retryAfterMs < budgetMs ? "" : `, and a request may take ${inSeconds(budgetMs)} at most`;
  const wait = `The server asks to wait ${inSeconds(retryAfterMs)} before it is asked again${limit}.`;
  return problem.with({
    text: `${text} ${wait}`,
    advice: `Try again after that time.${advice === undefined ? "" : ` ${advice}`}`,
  });
}

function inSeconds(milliseconds: number): string {
  return `${Math.ceil(milliseconds / 1000)} s`;
}
