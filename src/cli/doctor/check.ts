/** One line of `doctor`: what was looked at, how it is, and what mends it. */

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

/** `error`: a read or a guest's start fails, or takes devices of the host along; `warning`: it works with a loss. */
export type Status = "ok" | "warning" | "error";

export interface Check {
  readonly check: CheckName;
  /** URL, privilege path, node, `NODE/path`, mapping or vmid; null for the whole cluster. */
  readonly subject: string | null;
  readonly status: Status;
  readonly summary: string;
  /** What mends it, safe to be followed to the letter; a command wherever there is one. null when there is nothing. */
  readonly fix: string | null;
}

/** How a check came out. */
export interface Finding {
  readonly status: Status;
  readonly summary: string;
  readonly fix?: string | null;
}

/** A finding about a subject. */
export function check(name: CheckName, subject: string | null, finding: Finding): Check {
  const { status, summary, fix = null } = finding;
  return { check: name, subject, status, summary, fix };
}

/** The worst of all; ok of none. */
export function worstOf(checks: readonly Check[]): Status {
  const statuses = new Set(checks.map(({ status }) => status));
  if (statuses.has("error")) return "error";
  return statuses.has("warning") ? "warning" : "ok";
}

/** A sentence as a summary has it. */
export function withoutStop(text: string): string {
  return text.replace(/\.$/, "");
}
