/** How messages list things. */

/** The most lines of one list, so that people can still read the message. */
const MAX_LISTED = 50;

/** A list for the end of a sentence, each item on its own line. The caller writes the colon. */
export function itemised(items: readonly string[], limit: number = MAX_LISTED): string {
  const lines = items.slice(0, limit).map((item) => `\n  - ${item}`);
  const rest = items.length - limit;
  return `${lines.join("")}${rest > 0 ? `\n  - and ${rest} more` : ""}`;
}

/**
 * `pve1`, `pve1 and pve2`, `pve1, pve2 and pve3`; or with "or" before the last. Of a long list, the first items and the number of
 * the others.
 */
export function enumerated(items: readonly string[], conjunction: "and" | "or" = "and"): string {
  if (items.length < 2) return items.join("");
  if (items.length > MAX_LISTED) {
    const rest = items.length - MAX_LISTED;
    return `${items.slice(0, MAX_LISTED).join(", ")} ${conjunction} ${rest} more`;
  }
  return `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}
