/** The one error that this client throws. Its message is meant for the user; programs look at `code`. */

export type ProxmoxErrorCode =
  /** No connection, or it was lost. */
  | "unreachable"
  | "timeout"
  /** The certificate is not trusted, or there is no common TLS. */
  | "tls"
  /** The HTTPS proxy of the environment refuses. */
  | "proxy"
  | "unauthorized"
  | "tfa-needed"
  /** 403: a privilege is missing. */
  | "forbidden"
  | "unknown-node"
  /** 595 and 596: the endpoint answers, the node behind it does not. */
  | "node-offline"
  /** A guest or a mapping that is not there. */
  | "not-found"
  /** 501: this Proxmox is too old for the question. */
  | "not-implemented"
  | "bad-request"
  | "redirected"
  | "server"
  /** The answer is not what Proxmox answers. */
  | "malformed"
  | "too-large"
  | "cancelled"
  /** A bug in this client. */
  | "internal";

/** One of `privileges` on `path` would have been enough. */
export interface MissingPrivilege {
  readonly privileges: readonly string[];
  /** In Proxmox's tree of permissions: `/`, `/vms/100`. */
  readonly path: string;
}

/** What went wrong, before it is known what was asked of whom and how often. */
export interface Problem {
  readonly code: ProxmoxErrorCode;
  /** What came back, in one or two sentences. */
  readonly text: string;
  /** How to mend it. */
  readonly advice?: string;
  readonly status?: number;
  /** The reason phrase of the status line. */
  readonly reason?: string;
  readonly missing?: MissingPrivilege;
  /** Worth asking again. */
  readonly transient?: boolean;
  /** The endpoint gave no whole answer, or one that is not Proxmox's own; another member of the cluster may give it. */
  readonly unanswered?: boolean;
  /** Nothing of the request can have been received, by any endpoint. */
  readonly unsent?: boolean;
  /** What the server asked to wait before the next attempt. */
  readonly retryAfterMs?: number;
  readonly cause?: unknown;
}

/** What was being asked when the problem came up. */
export interface ErrorContext {
  /** `GET /nodes/pve1/hardware/pci` */
  readonly request?: string;
  /** The endpoints that were tried, the last one last. */
  readonly endpoints?: readonly string[];
  readonly node?: string | null;
  readonly attempts?: number;
}

/** What every method of the client throws: what came back, what was tried, how to mend it. */
export class ProxmoxError extends Error {
  override readonly name = "ProxmoxError";
  readonly code: ProxmoxErrorCode;
  /** What came back, without what was tried and how to mend it. */
  readonly problem: string;
  /** How to mend it; empty when there is nothing to say. */
  readonly advice: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly missing: MissingPrivilege | null;
  /** Where it was asked last. */
  readonly endpoint: string | null;
  readonly node: string | null;
  readonly attempts: number;

  /**
   * @param scrub takes the secrets out of a text; every text of the error goes through it.
   */
  constructor(problem: Problem, context: ErrorContext, scrub: (text: string) => string) {
    super(scrub(messageOf(problem, context)), problem.cause === undefined ? {} : { cause: problem.cause });
    this.code = problem.code;
    this.problem = scrub(problem.text);
    this.advice = scrub(problem.advice ?? "");
    this.status = problem.status ?? null;
    this.reason = problem.reason === undefined ? null : scrub(problem.reason);
    this.missing = problem.missing ?? null;
    this.endpoint = context.endpoints?.at(-1) ?? null;
    this.node = context.node ?? null;
    this.attempts = context.attempts ?? 0;
  }
}

/** A problem on its way up to where the context is known. */
export class ProblemError extends Error {
  override readonly name = "ProblemError";
  readonly problem: Problem;
  /** What is known of the context already, where that is not the question's own: a sign-in on the way to it. */
  readonly context: ErrorContext;

  constructor(problem: Problem, options: ErrorOptions & { readonly context?: ErrorContext } = {}) {
    super(problem.text, options);
    this.problem = problem;
    this.context = options.context ?? {};
  }
}

function messageOf(problem: Problem, context: ErrorContext): string {
  const parts = [problem.text];
  const tried = triedText(context);
  if (tried !== "") parts.push(tried);
  if (problem.advice !== undefined && problem.advice !== "") parts.push(problem.advice);
  return parts.join("\n\n");
}

function triedText(context: ErrorContext): string {
  if (context.request === undefined) return "";
  const endpoints = [...new Set(context.endpoints ?? [])];
  const where = endpoints.length === 0 ? "" : ` at ${endpoints.join(", then ")}`;
  const times = (context.attempts ?? 0) > 1 ? ` (${context.attempts} attempts)` : "";
  return `Tried: ${context.request}${where}${times}.`;
}
