/** What went wrong below HTTP, from whatever the socket, TLS or undici threw. */
import { DeadlineExceeded } from "./clock.ts";
import { connectFault } from "./connect-fault.ts";
import { ExchangeError, MAX_BODY_BYTES } from "./connection.ts";
import type { Endpoint } from "./endpoint.ts";
import { type Problem, ProblemError } from "./errors.ts";

/** Causes behind causes are followed so far; real chains have three links. */
const MAX_CAUSES = 16;

/**
 * @param error what was thrown while asking this endpoint
 */
export function problemOf(error: unknown, endpoint: Endpoint, timeoutMs: number): Problem {
  const stage = error instanceof ExchangeError ? error.stage : "connecting";
  const answered = stage === "answering";
  const chain = causesOf(error);
  for (const link of chain) {
    if (link instanceof ProblemError) return link.problem;
    if (link instanceof DeadlineExceeded) return timeoutProblem(endpoint, timeoutMs, stage === "connecting");
    const known = knownProblem(link, endpoint, answered);
    if (known !== null) return { ...known, cause: error };
  }
  return {
    code: "unreachable",
    text: answered
      ? `The connection to ${endpoint.url} was lost in the middle of the answer.`
      : `${endpoint.url} closed the connection without an answer.`,
    advice: "Check that pveproxy and pvedaemon run on that host, and that no firewall or proxy is between.",
    transient: true,
    unanswered: !answered,
    cause: error,
  };
}

function knownProblem(link: Error, endpoint: Endpoint, answered: boolean): Problem | null {
  const code = "code" in link && typeof link.code === "string" ? link.code : "";
  const connect = connectFault(code);
  // The host is not there or does not listen; another endpoint may.
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
    return { code: "too-large", text: `The answer is larger than ${MAX_BODY_BYTES / 1024 / 1024} MiB.` };
  }
  if (code === "UND_ERR_HEADERS_OVERFLOW") {
    return { code: "too-large", text: "The headers of the answer are too large." };
  }
  if (code === "UND_ERR_RES_CONTENT_LENGTH_MISMATCH") return null;
  if (link.name === "HTTPParserError") {
    return {
      code: "malformed",
      text: `${endpoint.url} does not answer in HTTP/1.1.`,
      advice: "Check that the endpoint is the API of Proxmox VE (port 8006).",
    };
  }
  return isTlsCode(code) ? tlsProblem(code, endpoint) : null;
}

function connectAdvice(code: string, endpoint: Endpoint): string {
  if (code === "ENOTFOUND" || code === "EAI_AGAIN")
    return "Check the endpoint's host name and the name server.";
  return endpoint.explicitPort
    ? "Check that the host is up, that pveproxy runs on it, and that no firewall is between."
    : `The endpoint names no port, so HTTPS's own (443) was asked; Proxmox listens on 8006: "${endpoint.url}:8006".`;
}

function timeoutProblem(endpoint: Endpoint, timeoutMs: number, connecting: boolean): Problem {
  return connecting
    ? {
        code: "timeout",
        text: `${endpoint.url} did not accept a connection in time.`,
        advice: "Check that the host is up and that no firewall or proxy (HTTPS_PROXY) is in the way.",
        unanswered: true,
      }
    : {
        code: "timeout",
        text: `${endpoint.url} did not finish its answer within ${timeoutMs / 1000} s.`,
        advice:
          'Check that the host is not overloaded, or allow more time with "timeout" (seconds, at most 300).',
      };
}

function isTlsCode(code: string): boolean {
  return code.startsWith("ERR_SSL_") || code.startsWith("ERR_TLS_") || code === "EPROTO";
}

function tlsProblem(code: string, endpoint: Endpoint): Problem {
  if (/WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|UNEXPECTED_MESSAGE|RECORD_LAYER/.test(code)) {
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
  return { code: "tls", text: `The TLS handshake with ${endpoint.url} failed (${code}).` };
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
