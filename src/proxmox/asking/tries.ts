/**
 * How often and how long one request may be tried, and the waits between attempts. A request ends within timeout ×
 * endpoints × (retries + 1). This includes the waits between attempts, but not the wait for its turn behind other
 * requests.
 */
import type { Problem } from "../errors.ts";

export interface TriesLimits {
  /** For one attempt at one endpoint. */
  readonly timeoutMs: number;
  /** How many endpoints an attempt may ask. */
  readonly endpoints: number;
  readonly maxRetries: number;
}

export class Tries {
  /** The number of the present attempt, from 1. */
  attempt = 1;
  /** The endpoints that were tried without success, in order. */
  readonly endpoints: string[] = [];
  /** For all attempts, in milliseconds. */
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

  /**
   * A problem that ends the request: with what was tried, and the wait that the server asked for if there is no time for it.
   */
  final(problem: Problem, request?: string): Problem {
    const { endpoints, attempt: attempts } = this;
    return withWait(problem, this.#budgetMs).with({
      tried: { ...(request === undefined ? {} : { request }), endpoints, attempts },
    });
  }

  /** Counts the time of an attempt. If the clock is set back, it counts as 0. */
  spend(milliseconds: number): void {
    this.#spentMs += Math.max(0, milliseconds);
  }

  /** Whether there may be another attempt after this wait. */
  allow(waitMs: number): boolean {
    return this.attempt <= this.#maxRetries && waitMs < this.leftMs;
  }

  /** Starts the next attempt, after a wait. */
  next(waitedMs: number): void {
    this.spend(waitedMs);
    this.attempt += 1;
  }
}

/** For a request that ends although the server asks for another attempt, which would be too late. */
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

/** The first wait is at most this long; the limit doubles with each further one. */
const BASE_DELAY_MS = 500;

/** The longest wait that we choose ourselves. */
const MAX_DELAY_MS = 8_000;

/** Nobody means a longer wait: a larger Retry-After is reported as this. */
const MAX_RETRY_AFTER_MS = 365 * 24 * 3600 * 1000;

/**
 * How long to wait before the next attempt: what the server asked for, otherwise a random part of an interval that doubles ("full
 * jitter", so that after an outage the clients do not come back together).
 * @param attempt how many attempts there have been, from 1
 * @param random a number from 0 to 1, 1 excluded
 */
export function delayBefore(attempt: number, random: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  return Math.floor(random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1)));
}

/**
 * Retry-After in milliseconds, from 0 to one year; undefined when it is missing or invalid. RFC 9110, section 10.2.3:
 * whole seconds, or a date in the form of RFC 1123.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,100}$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - now, 0), MAX_RETRY_AFTER_MS);
}
