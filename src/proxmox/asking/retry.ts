/** When a request is repeated and how long is waited before. */

/** The first wait is at most this long, each further one twice as much. */
export const BASE_DELAY_MS = 500;

/** No wait of our own is longer. */
export const MAX_DELAY_MS = 8_000;

/** Nobody means to wait longer than this: a Retry-After beyond it is told as so long. */
export const MAX_RETRY_AFTER_MS = 365 * 24 * 3600 * 1000;

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
