/** Why a connection failed, by the system's code: the text after the name of the host or proxy. */

/** `transient` when asking again soon may help. */
export interface ConnectFault {
  readonly text: string;
  readonly transient: boolean;
}

const FAULTS: ReadonlyMap<string, ConnectFault> = new Map([
  ["ECONNREFUSED", { text: "refuses the connection", transient: true }],
  ["EHOSTUNREACH", { text: "cannot be reached (no route to host)", transient: true }],
  ["ENETUNREACH", { text: "cannot be reached (network unreachable)", transient: true }],
  ["EHOSTDOWN", { text: "is down", transient: true }],
  ["ENETDOWN", { text: "cannot be reached (network down)", transient: true }],
  ["EADDRNOTAVAIL", { text: "cannot be reached (no address to connect from)", transient: true }],
  ["EACCES", { text: "cannot be reached (this machine does not allow the connection)", transient: false }],
  ["EPERM", { text: "cannot be reached (this machine does not allow the connection)", transient: false }],
  ["ETIMEDOUT", { text: "does not answer (connection timed out)", transient: false }],
  ["ENOTFOUND", { text: "cannot be found: its name does not resolve", transient: false }],
  ["EAI_NODATA", { text: "cannot be found: its name has no address", transient: false }],
  ["EAI_NONAME", { text: "cannot be found: its name does not resolve", transient: false }],
  ["EAI_FAIL", { text: "cannot be found: the name server fails", transient: true }],
  ["EAI_AGAIN", { text: "cannot be found: the name server does not answer", transient: true }],
]);

/** Null for codes that are not about connecting. */
export function connectFault(code: string): ConnectFault | null {
  return FAULTS.get(code) ?? null;
}
