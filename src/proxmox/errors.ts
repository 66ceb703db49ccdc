/** What can go wrong: `Problem` is thrown below the client, `ProxmoxError` by the client, which makes it of the other. */

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

/** What a problem is made of. Only `code` and `text` are always there. */
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
  /** Worth asking again. */
  readonly transient?: boolean | undefined;
  /** The endpoint gave no whole answer, or one that is not Proxmox's own; another member of the cluster may give it. */
  readonly unanswered?: boolean | undefined;
  /** Nothing of the request can have been received, by any endpoint. */
  readonly unsent?: boolean | undefined;
  /** What the server asked to wait before the next attempt. */
  readonly retryAfterMs?: number | undefined;
  readonly tried?: Tried | undefined;
  readonly cause?: unknown;
}

/** What had been tried when the problem came up. */
export interface Tried {
  /** `GET /api2/json/nodes`, where it is not the question's own: a sign-in on the way to it. */
  readonly request?: string;
  /** The endpoints, the last one last. */
  readonly endpoints?: readonly string[];
  readonly attempts?: number;
}

/** The one kind of error below the client. Whoever knows more on its way up adds that, with `with`. */
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

  /** The same problem, where some parts are others. */
  with(parts: Partial<ProblemParts>): Problem {
    return new Problem({ ...this.#parts, ...parts });
  }
}

/** What every method of the client throws: what came back, what was tried, how to mend it. Programs look at `code`. */
export class ProxmoxError extends Error {
  override readonly name = "ProxmoxError";
  readonly code: ProxmoxErrorCode;
  /** What came back, without what was tried and how to mend it. */
  readonly problem: string;
  /** How to mend it; empty when there is nothing to say. */
  readonly advice: string;
  /** What was asked, where and how often: `GET /api2/json/nodes at https://pve1:8006 (2 attempts)`; empty when nothing was. */
  readonly tried: string;
  /** HTTP status; null when there was no answer. */
  readonly status: number | null;
  readonly reason: string | null;
  readonly missing: MissingPrivilege | null;
  /** Where it was asked last. */
  readonly endpoint: string | null;
  readonly node: string | null;
  readonly attempts: number;

  /**
   * @param asked the request, `GET /api2/json/nodes/pve1/hardware/pci`, and the node that it is about; null for none
   * @param scrub takes the secrets out of a text; every text of the error goes through it.
   */
  constructor(
    problem: ProblemParts,
    asked: { readonly request?: string; readonly node: string | null },
    scrub: (text: string) => string,
  ) {
    const tried = { request: asked.request, ...problem.tried };
    const asking = triedText(tried);
    super(scrub(messageOf(problem, asking)), problem.cause === undefined ? {} : { cause: problem.cause });
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

function messageOf({ text, advice = "" }: ProblemParts, asking: string): string {
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
