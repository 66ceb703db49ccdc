/** A connection through an HTTP proxy: CONNECT (RFC 9110, section 9.3.6). TLS with the Proxmox host runs inside it. */
import type { IncomingMessage, RequestOptions } from "node:http";
import { isIP, type Socket } from "node:net";
import { Problem } from "../errors.ts";
import { printable } from "../printable.ts";
import type { Endpoint } from "../settings/endpoint.ts";
import { connectFault } from "./connect-fault.ts";
import type { HttpProxy } from "./proxy.ts";

/** Used for an error without a code. */
const NO_CODE = "connection lost";

/**
 * Connects to an endpoint through a proxy.
 * @param authorities PEM texts; trusted when the connection to the proxy itself uses TLS
 * @throws Problem when the proxy refuses or cannot be reached; the signal's reason
 */
export async function openTunnel(
  proxy: HttpProxy,
  endpoint: Endpoint,
  authorities: readonly string[],
  signal: AbortSignal,
): Promise<Socket> {
  const { request } = proxy.secure ? await import("node:https") : await import("node:http");
  const host = endpoint.host.includes(":") ? `[${endpoint.host}]` : endpoint.host;
  const options: RequestOptions & { ca: string[]; servername: string; rejectUnauthorized: true } = {
    method: "CONNECT",
    host: proxy.host,
    port: proxy.port,
    path: `${host}:${endpoint.port}`,
    headers: {
      host: `${host}:${endpoint.port}`,
      ...(proxy.authorization === null ? {} : { "proxy-authorization": proxy.authorization }),
    },
    agent: false,
    ca: [...authorities],
    // Otherwise a variable of the environment decides.
    rejectUnauthorized: true,
    // Otherwise Node uses the Host header, which names the far end of the tunnel.
    servername: isIP(proxy.host) === 0 ? proxy.host : "",
    signal,
  };
  return new Promise((resolve, reject) => {
    const connect = request(options);
    connect.once("connect", (answer: IncomingMessage, socket: Socket, head: Buffer) => {
      if (answer.statusCode === 200) {
        if (head.length > 0) socket.unshift(head);
        resolve(socket);
      } else {
        socket.destroy();
        reject(refusal(proxy, endpoint, answer));
      }
    });
    connect.once("error", (cause: Error) =>
      reject(signal.aborted ? signal.reason : unreachable(proxy, cause)),
    );
    connect.end();
  });
}

function refusal(proxy: HttpProxy, endpoint: Endpoint, answer: IncomingMessage): Problem {
  const status = answer.statusCode ?? 0;
  const reason = printable(answer.statusMessage ?? "");
  // 502, 503 and 504: the proxy works, but the host behind it gave no answer.
  const unanswered = status >= 502 && status <= 504;
  return new Problem({
    code: unanswered ? "unreachable" : "proxy",
    text: `The proxy ${proxy.url} does not connect to ${endpoint.url} (${`${status} ${reason}`.trim()}).`,
    advice: refusalAdvice(status, unanswered),
    transient: unanswered,
    unanswered,
  });
}

function refusalAdvice(status: number, unanswered: boolean): string {
  const otherwise = "or add the Proxmox host to NO_PROXY.";
  if (status === 407)
    return `Put the user name and the password for the proxy into HTTPS_PROXY, ${otherwise}`;
  return unanswered
    ? `Check that the host is up and that the proxy can reach it, ${otherwise}`
    : `Allow the connection in the proxy, ${otherwise}`;
}

/** Errors when a proxy drops a connection; the next attempt may succeed. */
const CUT_OFF: ReadonlySet<string> = new Set(["ECONNRESET", "EPIPE", NO_CODE]);

function unreachable(proxy: HttpProxy, cause: Error): Problem {
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : NO_CODE;
  return new Problem({
    code: "proxy",
    text: `The proxy ${proxy.url} (from HTTPS_PROXY) ${connectFault(code)?.text ?? otherFault(code)}.`,
    advice: "Correct HTTPS_PROXY, or add the Proxmox host to NO_PROXY.",
    transient: connectFault(code)?.transient ?? CUT_OFF.has(code),
    // NO_PROXY may contain another endpoint.
    unanswered: true,
    cause,
  });
}

/** @param code Node's; codes with HPE_ come from its HTTP parser */
function otherFault(code: string): string {
  if (CUT_OFF.has(code)) return "closes the connection";
  return code.startsWith("HPE_") ? "does not answer in HTTP" : `cannot be used: ${code}`;
}
