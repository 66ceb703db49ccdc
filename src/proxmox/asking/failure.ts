/** What went wrong below HTTP, from errors of the socket, TLS or undici. */

import { DeadlineExceeded } from "../clock.ts";
import { Problem, type ProblemParts } from "../errors.ts";
import { MAX_TIMEOUT_SECONDS } from "../settings/defaults.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { connectFault } from "../tls/connect-fault.ts";
import { MAX_BODY_BYTES, NoRoomError } from "./body-buffer.ts";

/** For answers from another web server. */
export const NOT_PROXMOX_ADVICE =
  "Check that the endpoint is the API of Proxmox VE itself (port 8006) and not another web server.";

/** For answers that were damaged on the way. */
export const DAMAGED_ADVICE = "Check that no firewall or proxy between changes what the host answers.";

/** How many causes are followed; real chains have three. */
const MAX_CAUSES = 16;

/** How far a request had come: nothing sent, no status line yet, or in the middle of the answer. */
export type Stage = "connecting" | "waiting" | "answering";

export interface FailedRequest {
  readonly stage: Stage;
  readonly endpoint: Endpoint;
  readonly timeoutMs: number;
  /** Whether the answer began like HTTP. */
  readonly isHttp: boolean;
  /** The proxy that was asked for the connection; null for none. */
  readonly proxyUrl: string | null;
}

/** @param error what was thrown while asking */
export function problemOf(error: unknown, request: FailedRequest): Problem {
  const unsent = request.stage === "connecting";
  const own = causesOf(error).find((link) => link instanceof Problem);
  return own === undefined ? new Problem({ ...partsOf(error, request), unsent }) : own.with({ unsent });
}

function partsOf(
  error: unknown,
  { stage, endpoint, timeoutMs, isHttp, proxyUrl }: FailedRequest,
): ProblemParts {
  const answered = stage === "answering";
  for (const link of causesOf(error)) {
    if (link instanceof DeadlineExceeded) {
      return stage === "connecting"
        ? connectTimeoutProblem(endpoint, proxyUrl)
        : answerTimeoutProblem(endpoint, timeoutMs);
    }
    const known = knownProblem(link, endpoint, { answered, isHttp });
    if (known !== null) return { ...known, cause: error };
  }
  return {
    code: "unreachable",
    text: answered
      ? `The connection to ${endpoint.url} was lost in the middle of the answer.`
      : `${endpoint.url} closed the connection without an answer.`,
    advice: "Check that pveproxy and pvedaemon run on that host, and that no firewall or proxy is between.",
    transient: true,
    unanswered: true,
    cause: error,
  };
}

function knownProblem(
  link: Error,
  endpoint: Endpoint,
  { answered, isHttp }: { readonly answered: boolean; readonly isHttp: boolean },
): ProblemParts | null {
  const code = "code" in link && typeof link.code === "string" ? link.code : "";
  const connect = connectFault(code);
  // The host does not exist or does not listen; another endpoint may.
  if (connect !== null && !answered) {
    return {
      code: "unreachable",
      text: `${endpoint.url} ${connect.text}.`,
      advice: connectAdvice(code, endpoint),
      transient: connect.transient,
      unanswered: true,
    };
  }
  if (code === "UND_ERR_RES_EXCEEDED_MAX_SIZE") {
    return {
      code: "too-large",
      text: `The answer is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB.`,
      advice: NOT_PROXMOX_ADVICE,
    };
  }
  if (link instanceof NoRoomError) {
    return {
      code: "too-large",
      text: "The answers that are on their way at a time are too large together.",
      advice: NOT_PROXMOX_ADVICE,
    };
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return {
      code: "too-large",
      text: "The headers of the answer are too large.",
      advice: NOT_PROXMOX_ADVICE,
    };
  }
  // The connection ended before the answer did.
  if (answered && code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return null;
  if (isParserFault(link.name, code)) {
    // undici has the word of its parser only in the message, without a code.
    const fault = /\((.{1,100})\)$/.exec(link.message)?.[1];
    if (answered && fault === "Invalid EOF state") return null;
    const why = fault === undefined ? "" : ` (${fault})`;
    return answered || isHttp
      ? {
          code: "malformed",
          text: answered
            ? `The answer of ${endpoint.url} is damaged: its pieces are not as HTTP/1.1 has them${why}.`
            : `The answer of ${endpoint.url} is damaged: its headers are not those of HTTP/1.1${why}.`,
          advice: DAMAGED_ADVICE,
        }
      : {
          code: "malformed",
          text: `${endpoint.url} does not answer in HTTP/1.1.`,
          advice: "Check that the endpoint is the API of Proxmox VE (port 8006).",
        };
  }
  return isTlsCode(code) ? tlsProblem(code, endpoint) : null;
}

/** undici's errors for an answer that is not valid HTTP/1.1, such as a status below 100, or two lengths that differ. */
function isParserFault(name: string, code: string): boolean {
  return (
    name === "HTTPParserError" || code === "ERR_ASSERTION" || code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH"
  );
}

function connectAdvice(code: string, endpoint: Endpoint): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return "Check the endpoint's host name and the name server.";
  return endpoint.explicitPort
    ? "Check that the host is up, that pveproxy runs on it, and that no firewall is between."
    : `The endpoint names no port, so HTTPS's own (443) was asked; Proxmox listens on 8006: "${endpoint.url}:8006".`;
}

function connectTimeoutProblem(endpoint: Endpoint, proxyUrl: string | null): ProblemParts {
  return {
    code: "timeout",
    ...(proxyUrl === null
      ? {
          text: `${endpoint.url} did not accept a connection in time.`,
          advice: "Check that the host is up and that no firewall or proxy (HTTPS_PROXY) is in the way.",
        }
      : {
          text: `The proxy ${proxyUrl} (from HTTPS_PROXY) did not connect to ${endpoint.url} in time.`,
          advice:
            "Check that the proxy answers, that it may connect to the host, and that the host is up; or add the Proxmox host to NO_PROXY.",
        }),
    unanswered: true,
  };
}

function answerTimeoutProblem(endpoint: Endpoint, timeoutMs: number): ProblemParts {
  return {
    code: "timeout",
    text: `${endpoint.url} did not finish its answer within ${timeoutMs / 1000} s.`,
    advice: `Check that the host is not overloaded, or allow more time with "timeout" (seconds, at most ${MAX_TIMEOUT_SECONDS}).`,
    unanswered: true,
  };
}

function isTlsCode(code: string): boolean {
  return code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code === "EPROTO";
}

function tlsProblem(code: string, endpoint: Endpoint): ProblemParts {
  if (
    /WRONG_VERSION_NUMBER|HTTP_REQUEST|LENGTH_TOO_LONG|LENGTH_MISMATCH|BAD_LENGTH|UNEXPECTED_MESSAGE|RECORD_LAYER/.test(
      code,
    )
  ) {
    return {
      code: "tls",
      text: `${endpoint.url} does not speak TLS on this port (${code}).`,
      advice: "Check the port: Proxmox listens on 8006.",
    };
  }
  if (/PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|NO_PROTOCOLS_AVAILABLE/.test(code)) {
    return {
      code: "tls",
      text: `${endpoint.url} speaks no TLS version that is allowed here (${code}).`,
      advice: 'Proxmox VE speaks TLS 1.2 and 1.3. If this host is limited to 1.2, set min_tls = "1.2".',
    };
  }
  if (/BAD_RECORD_MAC|DECRYPTION_FAILED|BAD_DECRYPT/.test(code)) {
    return {
      code: "tls",
      text: `What came from ${endpoint.url} was damaged on the way (${code}).`,
      advice: DAMAGED_ADVICE,
      transient: true,
      unanswered: true,
    };
  }
  return {
    code: "tls",
    text: `The TLS handshake with ${endpoint.url} failed (${code}).`,
    advice: tlsAdvice(code, endpoint),
  };
}

function tlsAdvice(code: string, endpoint: Endpoint): string {
  if (/CERTIFICATE_REQUIRED|ALERT_BAD_CERTIFICATE|ALERT_NO_CERTIFICATE/.test(code)) {
    return `${endpoint.host} wants a certificate of the client, which Proxmox VE never does: set the endpoint to Proxmox VE itself (port 8006).`;
  }
  if (/UNRECOGNIZED_NAME/.test(code)) {
    return `The server does not know the name ${endpoint.host}: use a name that it answers for, or Proxmox VE itself (port 8006).`;
  }
  return `The server breaks it off. See what "openssl s_client -connect ${place(endpoint)}" says, and which ciphers are set in /etc/default/pveproxy.`;
}

function place({ host, port }: Endpoint): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** An error, its causes and the errors that it gathers, outermost first, each once. */
export function causesOf(error: unknown): readonly Error[] {
  const found = new Set<Error>();
  const pending: unknown[] = [error];
  while (pending.length > 0 && found.size < MAX_CAUSES) {
    const next = pending.shift();
    if (!(next instanceof Error) || found.has(next)) continue;
    found.add(next);
    if (next instanceof AggregateError) pending.push(...next.errors);
    pending.push(next.cause);
  }
  return [...found];
}
