/**
 * How often and how long one request may be tried, and how long is waited between. A request ends within timeout ×
 * endpoints × (retries + 1): what is waited between the attempts counts, what is waited for its turn behind other requests
 * does not.
 */
import type { Problem } from "../errors.ts";

export interface TriesLimits {
  /** Of one attempt at one endpoint. */
  readonly timeoutMs: number;
  /** How many endpoints an attempt may ask. */
  readonly endpoints: number;
  readonly maxRetries: number;
}

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

  /** A problem that ends the request: with what was tried, and what the server asked to wait where there is no time for it. */
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

/** A request that ends although the server asks for another attempt: that would be later than there is time for. */
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

/** The first wait is at most this long, each further one twice as much. */
const BASE_DELAY_MS = 500;

/** No wait of our own is longer. */
const MAX_DELAY_MS = 8_000;

/** Nobody means to wait longer than this: a Retry-After beyond it is told as so long. */
const MAX_RETRY_AFTER_MS = 365 * 24 * 3600 * 1000;

/**
 * How long to wait before the next attempt: what the server asked for, else a random part of an interval that doubles ("full jitter",
 * so that the clients of one outage do not come back together).
 * @param attempt how many attempts there have been, from 1
 * @param random a number from 0 to 1, 1 excluded
 */
export function delayBefore(attempt: number, random: number, retryAfterMs: number | undefined): number {
  if (retryAfterMs !== undefined) return retryAfterMs;
  return Math.floor(random * Math.min(MAX_DELAY_MS, BASE_DELAY_MS * 2 ** (attempt - 1)));
}

/**
 * Retry-After in milliseconds, at least 0 and at most a year; undefined when there is none or it makes no sense.
 * RFC 9110, section 10.2.3: whole seconds, or a date in the form of RFC 1123.
 */
export function parseRetryAfter(value: string, now: number): number | undefined {
  const text = value.trim();
  if (/^\d{1,100}$/.test(text)) return Math.min(Number(text) * 1000, MAX_RETRY_AFTER_MS);
  if (!/^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/.test(text)) return undefined;
  const date = Date.parse(text);
  if (Number.isNaN(date)) return undefined;
  return Math.min(Math.max(date - now, 0), MAX_RETRY_AFTER_MS);
}
