/** How messages list things. */

/** The most lines of one list: a message is there to be read. */
export const MAX_LISTED = 50;

/** A list for the end of a sentence: each item on a line of its own, the colon's business is the caller's. */
export function itemised(items: readonly string[], limit: number = MAX_LISTED): string {
  const lines = items.slice(0, limit).map((item) => `\n  - ${item}`);
  const rest = items.length - limit;
  return `${lines.join("")}${rest > 0 ? `\n  - and ${rest} more` : ""}`;
}

/** `pve1`, `pve1 and pve2`, `pve1, pve2 and pve3`; or with "or" between the last two; of very many the first and how many more. */
export function enumerated(items: readonly string[], conjunction: "and" | "or" = "and"): string {
  if (items.length < 2) return items.join("");
  if (items.length > MAX_LISTED) {
    const rest = items.length - MAX_LISTED;
    return `${items.slice(0, MAX_LISTED).join(", ")} ${conjunction} ${rest} more`;
  }
  return `${items.slice(0, -1).join(", ")} ${conjunction} ${items.at(-1)}`;
}
