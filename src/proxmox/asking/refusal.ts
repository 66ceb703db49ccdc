/** The meaning of an answer with an error status. Proxmox puts it into the reason phrase; see `status-line`. */

import { Problem, type ProblemParts } from "../errors.ts";
import { printable } from "../printable.ts";
import type { Identity } from "../settings/credentials.ts";
import { headerText, shortened } from "./body.ts";
import type { WireResponse } from "./connection.ts";
import { NOT_PROXMOX_ADVICE } from "./failure.ts";
import { grantAdvice, parseMissingPrivilege, permissionsCommand, privilegeText } from "./permission.ts";
import { type ErrorBody, errorBodyOf } from "./refusal-body.ts";
import { parseRetryAfter } from "./tries.ts";

export interface RefusalContext {
  readonly identity: Identity;
  readonly node: string | null;
  /** Milliseconds since the epoch, for a Retry-After with a date. */
  readonly now: number;
  /** Removes secrets from a text. Scrub before cutting: of a secret that was cut, half would stay. */
  readonly scrub: (text: string) => string;
}

/** The most that is shown of a reason; `hostname lookup` and similar ones are far shorter. */
const MAX_REASON = 1_000;

/** The most that is read of a message with a stack after it. */
const MAX_MESSAGE = 10_000;

/** The problem of any status that is not 2xx. */
export async function refusalProblem(response: WireResponse, context: RefusalContext): Promise<Problem> {
  return new Problem(meaningOf(response, await errorBodyOf(response), context));
}

function meaningOf(response: WireResponse, body: ErrorBody, context: RefusalContext): ProblemParts {
  // Scrubbed before it is cut, because half of a secret would not be recognised.
  const whole = context.scrub(fullerReason(response.reason, body.message)).slice(0, MAX_MESSAGE);
  const reason = withoutPlaceInPerl(whole).slice(0, MAX_REASON).toWellFormed();
  const seen = { status: response.status, reason };
  const said = `${response.status} ${reason}`.trim();
  const node = context.node === null ? "" : ` of node ${JSON.stringify(context.node)}`;
  switch (response.status) {
    case 400:
      return {
        ...seen,
        code: "bad-request",
        text: [
          `Proxmox does not take the request (${said}).`,
          ...body.errors.map(([parameter, fault]) =>
            [parameter, `${fault}.`].map((part) => shortened(context.scrub(part))).join(": "),
          ),
        ].join(" "),
        advice:
          "Where the arguments are right, this provider asks in a way that this Proxmox VE, or a proxy before it, does not know: please report it with the version of Proxmox VE.",
      };
    case 401:
      return { ...seen, code: "unauthorized", text: `Proxmox does not accept the credentials (${said}).` };
    case 403:
      return { ...seen, ...forbidden(said, reason, context.identity) };
    case 404:
      return {
        ...seen,
        code: "not-found",
        text: `The server does not know the address (${said}).`,
        advice: NOT_PROXMOX_ADVICE,
      };
    case 501:
      return {
        ...seen,
        code: "not-implemented",
        text: `This Proxmox VE cannot answer that (${said}).`,
        advice: "It is probably too old for it; see the versions that the documentation names.",
      };
    case 595:
    case 596:
      // The endpoint's proxy has already waited up to 30 s for the node. Asking again would only wait again.
      return {
        ...seen,
        code: "node-offline",
        text: `The endpoint answers, but the API${node} does not (${said}).`,
        advice: /certificate/i.test(reason)
          ? 'The member that answers does not trust the certificate of that node: renew it there with "pvecm updatecerts --force".'
          : "Check that the node is up and that pveproxy and pvedaemon run on it.",
      };
    default:
      return { ...seen, ...otherProblem(response, said, reason, context) };
  }
}

/** `at /usr/share/perl5/PVE/Tools.pm line 298, <DATA> line 960.`, as Perl's `die` adds it to a text. */
const PLACE_IN_PERL =
  /(?:\s{0,8}\.\.\.propagated)? at (?:\/\S{1,200}|\(eval \d{1,7}\)|\S{1,200}\.p[lm]|-e) line \d{1,7}(?:, <\S{0,40}> (?:line|chunk) \d{1,7})?\.?/g;

/** One of the callers that Carp's `confess` lists after that. */
const CALLER_IN_PERL = /\bcalled at (?:\/\S{1,200}|\(eval \d{1,7}\)|\S{1,200}\.p[lm]|-e) line \d{1,7}/;

/**
 * Perl adds the place in its sources to the text of an error, and sometimes all callers. They do not help users of Proxmox.
 */
function withoutPlaceInPerl(reason: string): string {
  const place = reason.match(PLACE_IN_PERL)?.[0];
  if (place === undefined) return reason;
  const at = reason.indexOf(place);
  const hasCallers = CALLER_IN_PERL.test(reason.slice(at + place.length));
  return hasCallers ? reason.slice(0, at) : reason.replaceAll(PLACE_IN_PERL, "");
}

function forbidden(said: string, reason: string, identity: Identity): ProblemParts {
  const missing = parseMissingPrivilege(reason);
  if (missing === null) {
    return {
      code: "forbidden",
      text: `Proxmox refuses for want of permission (${said}).`,
      advice: `See what it may do, on any host of the cluster: ${permissionsCommand(identity)}. If that is enough, a proxy before Proxmox may refuse.`,
    };
  }
  return {
    code: "forbidden",
    text: `The privilege ${privilegeText(missing)} on ${missing.path} is missing (${said}).`,
    advice: grantAdvice(missing, identity),
    missing,
  };
}

/** RFC 9110, section 15.4, without 300, which asks to choose, and 304, which says that the answer is known already. */
const REDIRECTIONS: ReadonlySet<number> = new Set([301, 302, 303, 305, 307, 308]);

/** A URL without the name and password before its host. */
function withoutUser(url: string): string {
  return url.replace(/^([a-z][a-z0-9+.-]{0,30}:)?\/\/[^/?#]*@/i, "$1//");
}

/** Statuses that do not go away: another version of HTTP, another extension, a sign-in to the network. */
const LASTING: ReadonlySet<number> = new Set([505, 506, 510, 511]);

function otherProblem(
  response: WireResponse,
  said: string,
  reason: string,
  context: RefusalContext,
): ProblemParts {
  const { status } = response;
  if (REDIRECTIONS.has(status)) {
    const location = shortened(context.scrub(withoutUser(printable(headerText(response, "location")))));
    return {
      code: "redirected",
      text: `The server points elsewhere instead of answering (${said})${location === "" ? "" : `: ${location}`}.`,
      advice: "Set the endpoint to where the API of Proxmox VE itself is.",
    };
  }
  if (status === 511) {
    return {
      code: "server",
      text: `The network wants a sign-in of its own before it lets anything through (${said}).`,
      advice: "Sign in to it, or use a network that reaches Proxmox VE without.",
    };
  }
  if (status === 408 || status === 429 || (status >= 500 && status < 600 && !LASTING.has(status)))
    return serverProblem(response, said, reason, context);
  return { code: "server", text: `Unexpected answer: ${said}.`, advice: NOT_PROXMOX_ADVICE };
}

/** Proxmox answers 500 to much that a repetition does not mend. */
function serverProblem(
  response: WireResponse,
  said: string,
  reason: string,
  context: RefusalContext,
): ProblemParts {
  const unknownNode = /hostname lookup '([^']*)' failed|no such cluster node '([^']*)'/.exec(reason);
  if (unknownNode !== null) {
    const name = unknownNode[1] ?? unknownNode[2] ?? "";
    return {
      code: "unknown-node",
      text: `Proxmox cannot find the node ${JSON.stringify(name)} (${said}).`,
      advice: 'Check its name: the nodes of the cluster are those that "pvesh get /nodes" lists.',
    };
  }
  if (/mapping '[^']*' not found|does not exist|no such /i.test(reason)) {
    return {
      code: "not-found",
      text: `Proxmox does not find it (${said}).`,
      advice: "It may have been removed just now; look whether it is still there, and try again.",
    };
  }
  if (/permission|only root|not allowed/i.test(reason)) return forbidden(said, reason, context.identity);
  const wait = parseRetryAfter(headerText(response, "retry-after"), context.now);
  return {
    code: "server",
    ...serverText(response, said),
    transient: true,
    ...(wait === undefined ? {} : { retryAfterMs: wait }),
  };
}

function serverText(
  response: WireResponse,
  said: string,
): { readonly text: string; readonly advice: string } {
  if (response.status === 429) {
    return {
      text: `The server wants fewer requests (${said}).`,
      advice: "Proxmox VE itself has no such limit: look at that of the proxy before it.",
    };
  }
  if (isOfProxies(response.status) && !/^pve-api-daemon\b/.test(headerText(response, "server"))) {
    return {
      text: `A proxy before Proxmox answers that it gets no answer itself (${said}).`,
      advice:
        "Check what that proxy (nginx, HAProxy or the like) passes requests on to, and that pveproxy runs there (port 8006).",
    };
  }
  return {
    text: `Proxmox failed to answer (${said}).`,
    advice: "The journals of pveproxy and pvedaemon on that host may say why.",
  };
}

/**
 * Statuses by which proxies report what is behind them. 520 to 561 are those of large content networks and load balancers.
 */
function isOfProxies(status: number): boolean {
  return (status >= 502 && status <= 504) || (status >= 520 && status <= 561);
}

/** The message in the body is the full reason, if the status line has only its first line. */
function fullerReason(reason: string, message: string): string {
  if (reason === "") return message;
  return message.startsWith(reason) ? message : reason;
}
