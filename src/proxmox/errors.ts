/** Errors of requests. Code below the client throws `Problem`; the client turns it into `ProxmoxError`. */

import { messageOf } from "../message-of.ts";

/** The kind of an error, for programs. */
export type ProxmoxErrorCode =
  /** No connection, or it was lost. */
  | "unreachable"
  | "timeout"
  /** The certificate is not trusted, or there is no common version of TLS. */
  | "tls"
  /** The HTTPS proxy from the environment refuses. */
  | "proxy"
  | "unauthorized"
  | "tfa-needed"
  /** 403: a privilege is missing. */
  | "forbidden"
  | "unknown-node"
  /** 595 and 596: the endpoint answers, but the node behind it does not. */
  | "node-offline"
  /** A guest or mapping that does not exist. */
  | "not-found"
  /** 501: this Proxmox is too old for the question. */
  | "not-implemented"
  | "bad-request"
  | "redirected"
  | "server"
  /** The answer is not like Proxmox's. */
  | "malformed"
  | "too-large"
  | "cancelled"
  /** A bug in this client. */
  | "internal";

/** Any one of `privileges` on `path` would be enough. */
export interface MissingPrivilege {
  readonly privileges: readonly string[];
  /** In Proxmox's tree of permissions: `/`, `/vms/100`. */
  readonly path: string;
}

/** The parts of a problem. Only `code` and `text` are always there. */
export interface ProblemParts {
  readonly code: ProxmoxErrorCode;
  /** What came back, in one or two sentences. */
  readonly text: string;
  /** How to mend it. */
  readonly advice?: string | undefined;
  readonly status?: number | undefined;
  /** The reason phrase of the status line. */
  readonly reason?: string | undefined;
  readonly missing?: MissingPrivilege | undefined;
  /** Whether asking again may help. */
  readonly transient?: boolean | undefined;
  /**
   * The endpoint gave no complete answer, or one that is not Proxmox's own. Another member of the cluster may give one.
   */
  readonly unanswered?: boolean | undefined;
  /** No endpoint can have received any part of the request. */
  readonly unsent?: boolean | undefined;
  /** The wait that the server asks for before the next attempt. */
  readonly retryAfterMs?: number | undefined;
  readonly tried?: Tried | undefined;
  readonly cause?: unknown;
}

/** What had been tried before the problem. */
export interface Tried {
  /** `GET /api2/json/nodes`, if it is not the question itself but a sign-in before it. */
  readonly request?: string;
  /** The endpoints in the order of the tries. */
  readonly endpoints?: readonly string[];
  readonly attempts?: number;
}

/** The only kind of error below the client. Callers that know more add it by `with`. */
export class Problem extends Error implements ProblemParts {
  override readonly name = "Problem";
  declare readonly code: ProxmoxErrorCode;
  declare readonly text: string;
  declare readonly advice?: string | undefined;
  declare readonly status?: number | undefined;
  declare readonly reason?: string | undefined;
  declare readonly missing?: MissingPrivilege | undefined;
  declare readonly transient?: boolean | undefined;
  declare readonly unanswered?: boolean | undefined;
  declare readonly unsent?: boolean | undefined;
  declare readonly retryAfterMs?: number | undefined;
  declare readonly tried?: Tried | undefined;
  readonly #parts: ProblemParts;

  constructor(parts: ProblemParts) {
    super(parts.text);
    this.#parts = parts;
    Object.assign(this, parts);
  }

  /** The same problem with some parts replaced. */
  with(parts: Partial<ProblemParts>): Problem {
    return new Problem({ ...this.#parts, ...parts });
  }
}

/** Codes of problems that may go away with time: a node comes back, a certificate is renewed. */
const PASSING: ReadonlySet<ProxmoxErrorCode> = new Set([
  "unreachable",
  "timeout",
  "tls",
  "proxy",
  "node-offline",
  "unknown-node",
  "cancelled",
]);

/**
 * Whether asking again gives the same: a refusal, an answer that is not from Proxmox, or a request to ask much later.
 */
export function isFinal(error: unknown): boolean {
  if (!(error instanceof Problem) || PASSING.has(error.code)) return false;
  return error.transient !== true || (error.retryAfterMs ?? 0) > 0;
}

/** The problem behind anything that was thrown. @param signal when it is aborted, nothing else matters */
export function problemFrom(error: unknown, signal: AbortSignal): Problem {
  if (signal.aborted) return new Problem({ code: "cancelled", text: "The request was cancelled." });
  if (error instanceof Problem) return error;
  return new Problem({
    code: "internal",
    text: `The Proxmox client failed in a way that was not foreseen: ${messageOf(error)}.`,
    advice: "This is a bug in the provider; please report it with the debug log.",
    cause: error,
  });
}

/** The error of every method of the client: what came back, what was tried, how to mend it. Programs use `code`. */
export class ProxmoxError extends Error {
  override readonly name = "ProxmoxError";
  readonly code: ProxmoxErrorCode;
  /** What came back, without what was tried and how to mend it. */
  readonly problem: string;
  /** How to mend it; may be empty. */
  readonly advice: string;
  /**
   * What was asked, where and how often: `GET /api2/json/nodes at https://pve1:8006 (2 attempts)`; empty when nothing was
   * asked.
   */
  readonly tried: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly missing: MissingPrivilege | null;
  /** The endpoint that was asked last. */
  readonly endpoint: string | null;
  readonly node: string | null;
  readonly attempts: number;

  /**
   * @param asked the request, `GET /api2/json/nodes/pve1/hardware/pci`, and the node that it concerns; null for none
   * @param scrub removes secrets from a text; every text of the error goes through it.
   */
  constructor(
    problem: ProblemParts,
    asked: { readonly request?: string; readonly node: string | null },
    scrub: (text: string) => string,
  ) {
    const tried = { request: asked.request, ...problem.tried };
    const asking = triedText(tried);
    super(scrub(messageText(problem, asking)), problem.cause === undefined ? {} : { cause: problem.cause });
    this.code = problem.code;
    this.problem = scrub(problem.text);
    this.advice = scrub(problem.advice ?? "");
    this.tried = scrub(asking);
    this.status = problem.status ?? null;
    this.reason = problem.reason === undefined ? null : scrub(problem.reason);
    this.missing = problem.missing ?? null;
    this.endpoint = tried.endpoints?.at(-1) ?? null;
    this.node = asked.node;
    this.attempts = tried.attempts ?? 0;
  }
}

type TriedTexts = { readonly [Name in keyof Tried]: Tried[Name] | undefined };

function messageText({ text, advice = "" }: ProblemParts, asking: string): string {
  const tried = asking === "" ? "" : `Tried: ${asking}.`;
  return [text, tried, advice].filter((part) => part !== "").join("\n\n");
}

function triedText({ request, endpoints, attempts }: TriedTexts): string {
  if (request === undefined) return "";
  const places = [...new Set(endpoints)];
  const where = places.length === 0 ? "" : ` at ${places.join(", then ")}`;
  const times = (attempts ?? 0) > 1 ? ` (${attempts} attempts)` : "";
  return `${request}${where}${times}`;
}
