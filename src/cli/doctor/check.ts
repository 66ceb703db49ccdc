/** One line of `doctor`: what was checked, the result, and how to mend it. */

/** The names of all checks, in the order of the output. */
export const CHECKS = [
  "endpoint",
  "tls",
  "sign-in",
  "privileges",
  "version",
  "quorum",
  "nodes",
  "iommu",
  "isolation",
  "mappings",
  "usage",
  "guests",
] as const;
export type CheckName = (typeof CHECKS)[number];

/**
 * `error`: a read or a guest's start fails, or takes devices away from the host. `warning`: it works, but with a loss.
 */
export type Status = "ok" | "warning" | "error";

export interface Check {
  readonly check: CheckName;
  /** URL, privilege path, node, `NODE/path`, mapping or vmid; null for the whole cluster. */
  readonly subject: string | null;
  readonly status: Status;
  readonly summary: string;
  /** How to mend it: safe to follow to the letter, a command where there is one. null when there is nothing to do. */
  readonly fix: string | null;
}

export interface Finding {
  readonly status: Status;
  readonly summary: string;
  readonly fix?: string | null;
}

export function check(name: CheckName, subject: string | null, finding: Finding): Check {
  const { status, summary, fix = null } = finding;
  return { check: name, subject, status, summary, fix };
}

/** The worst status; `ok` when there is none. */
export function worstOf(checks: readonly Check[]): Status {
  const statuses = new Set(checks.map(({ status }) => status));
  if (statuses.has("error")) return "error";
  return statuses.has("warning") ? "warning" : "ok";
}

/** Without the full stop at the end, as summaries are written. */
export function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
