/** Answers with a status of their own: refusals, redirections, and servers that fail or ask to wait. */
import { type TrueAnswer, withBody, withHeaders } from "../exchange.ts";
import { type FaultKind, NODE_UNREAD, type Outcome } from "../kind.ts";
import { error, onAnswer, SAME } from "../strike.ts";

const group = "status";
const OTHER_SERVER = /API of Proxmox VE itself/;
const JOURNALS = /The journals of pveproxy and pvedaemon/;

interface Status {
  readonly name: string;
  readonly status: number;
  readonly reason: string;
  readonly outcome: Outcome;
  readonly times?: "once" | "always";
  /** 1 where asking again cannot help. */
  readonly asked?: number;
  readonly headers?: readonly (readonly [string, string])[];
  readonly body?: string;
  readonly wire?: string;
  readonly target?: "any" | "devices" | "lists";
}

function status({ name, headers = [], body = "", wire, ...rest }: Status): FaultKind {
  const { status: code, reason, ...fields } = rest;
  return onAnswer({
    ...fields,
    name,
    group,
    wire: wire ?? `${code} ${reason}`,
    change: (answer): TrueAnswer =>
      withHeaders(
        { ...withBody(answer, body), status: code, reason },
        headers.map(([header]) => header.toLowerCase()),
        headers,
      ),
  });
}

const once = { times: "once", outcome: SAME } as const;

export const statusKinds: readonly FaultKind[] = [
  status({
    name: "400",
    status: 400,
    reason: "Parameter verification failed.",
    asked: 1,
    body: '{"data":null,"errors":{"pci-class-blacklist":"invalid format - value does not look like a list"}}',
    outcome: error(
      /400 Parameter verification failed/,
      /pci-class-blacklist/,
      /please report it with the version/,
    ),
  }),
  status({
    name: "403-with-privilege",
    status: 403,
    reason: "Permission check failed (/, Sys.Audit)",
    asked: 1,
    outcome: error(/The privilege Sys\.Audit on \/ is missing/, /pveum acl modify/),
  }),
  status({
    name: "403-without-privilege",
    status: 403,
    reason: "Forbidden",
    asked: 1,
    body: "<html><h1>403 Forbidden</h1></html>",
    outcome: error(/Proxmox refuses for want of permission/, /a proxy before Proxmox may refuse/),
  }),
  status({
    name: "404",
    status: 404,
    reason: "Not Found",
    asked: 1,
    outcome: error(/does not know the address \(404/, OTHER_SERVER),
  }),
  status({
    name: "405",
    status: 405,
    reason: "Method Not Allowed",
    asked: 1,
    outcome: error(/405/, OTHER_SERVER),
  }),
  status({ name: "418", status: 418, reason: "I'm a teapot", asked: 1, outcome: error(/418/, OTHER_SERVER) }),
  status({ name: "204", status: 204, reason: "No Content", asked: 1, outcome: error(/empty/, OTHER_SERVER) }),
  ...[206, 226].map((code) =>
    status({
      name: `${code}`,
      status: code,
      reason: "Partial Content",
      wire: `${code} with a part that looks whole`,
      asked: 1,
      body: '{"data":[]}',
      outcome: error(new RegExp(`Unexpected answer: ${code}`), OTHER_SERVER),
    }),
  ),
  status({ name: "304", status: 304, reason: "Not Modified", asked: 1, outcome: error(/304/, OTHER_SERVER) }),
  ...(
    [
      ["same-origin", 301, "/api2/json/nodes"],
      ["other-origin", 302, "https://login.example.test/?next=%2F"],
      ["http", 307, "http://127.0.0.1:80/"],
      ["loop", 308, "."],
    ] as const
  ).map(([name, code, location]) =>
    status({
      name: `redirect-${name}`,
      status: code,
      reason: "Moved",
      asked: 1,
      wire: `${code} to ${location}`,
      headers: [["Location", location]],
      outcome: error(
        /points elsewhere instead of answering/,
        /Set the endpoint to where the API of Proxmox VE itself is/,
      ),
    }),
  ),
  status({ name: "408-once", status: 408, reason: "Request Timeout", ...once }),
  status({
    name: "429-once",
    status: 429,
    reason: "Too Many Requests",
    headers: [["Retry-After", "1"]],
    ...once,
  }),
  status({
    name: "429-for-ever",
    status: 429,
    reason: "Too Many Requests",
    outcome: error(/wants fewer requests/, /look at that of the proxy before it/),
  }),
  status({
    name: "429-tomorrow",
    status: 429,
    reason: "Too Many Requests",
    wire: "429 with Retry-After: 86400",
    headers: [["Retry-After", "86400"]],
    asked: 1,
    outcome: error(/asks to wait 86400 s/, /a request may take 40 s at most/, /Try again after that time/),
  }),
  status({
    name: "429-in-the-next-century",
    status: 429,
    reason: "Too Many Requests",
    wire: "429 with a Retry-After in the year 2150",
    headers: [["Retry-After", "Thu, 01 Jan 2150 00:00:00 GMT"]],
    asked: 1,
    outcome: error(/asks to wait \d+ s/, /Try again after that time/),
  }),
  status({
    name: "429-unreadable",
    status: 429,
    reason: "Too Many Requests",
    wire: "429 with Retry-After: soon, -1, 1e9",
    headers: [["Retry-After", "soon"]],
    ...once,
  }),
  status({
    name: "503-in-the-past",
    status: 503,
    reason: "Service Unavailable",
    wire: "503 with a Retry-After that has passed",
    headers: [["Retry-After", "Thu, 01 Jan 1970 00:00:00 GMT"]],
    ...once,
  }),
  status({
    name: "500-perl",
    status: 500,
    reason:
      "can't read '/sys/bus/pci' at /usr/share/perl5/PVE/SysFSTools.pm line 91. PVE::API2::Hardware::PCI::pciscan(HASH(0x55)) called at /usr/share/perl5/PVE/RESTHandler.pm line 499 eval {...} called at /usr/share/perl5/PVE/RESTHandler.pm line 492",
    outcome: error(/can't read '\/sys\/bus\/pci'\)/, JOURNALS),
  }),
  status({ name: "500-once", status: 500, reason: "got no worker upid - start failed", ...once }),
  status({
    name: "500-unknown-node",
    status: 500,
    reason: "hostname lookup 'pve1' failed - failed to get address info for: pve1: Name or service not known",
    asked: 1,
    outcome: error(/cannot find the node "pve1"/, /pvesh get \/nodes/),
  }),
  status({
    name: "500-control-characters",
    status: 500,
    reason: "\u001b[2J\u001b]0;owned\u0007broken\u0000",
    wire: "500 with a reason that a terminal would obey",
    outcome: error(/broken/, JOURNALS),
  }),
  status({
    name: "501",
    status: 501,
    reason: "Method 'GET /x' not implemented",
    target: "devices",
    asked: 1,
    outcome: error(/This Proxmox VE cannot answer that/, /too old/),
  }),
  ...[502, 503, 504].flatMap((code) => [
    status({ name: `${code}-once`, status: code, reason: "Gateway", ...once }),
    status({
      name: `${code}-for-ever`,
      status: code,
      reason: "Gateway",
      wire: `${code} of nginx`,
      headers: [["Server", "nginx"]],
      body: "<html>nginx</html>",
      outcome: error(new RegExp(`${code}`), /Check what that proxy|journals of pveproxy/),
    }),
  ]),
  ...[595, 596].map((code) =>
    status({
      name: `${code}`,
      status: code,
      reason: code === 595 ? "No route to host" : "Connection timed out",
      target: "devices",
      asked: 1,
      outcome: error(NODE_UNREAD, /the API of node "\w+" does not/, /Check that the node is up/),
    }),
  ),
  status({
    name: "596-certificate",
    status: 596,
    reason: "tls_process_server_certificate: certificate verify failed",
    target: "devices",
    asked: 1,
    outcome: error(NODE_UNREAD, /does not trust the certificate/, /pvecm updatecerts --force/),
  }),
  status({ name: "599-once", status: 599, reason: "Too many redirections", ...once }),
  status({ name: "599-for-ever", status: 599, reason: "Strange", outcome: error(/599/, JOURNALS) }),
  ...[505, 510].map((code) =>
    status({
      name: `${code}`,
      status: code,
      reason: "Never",
      asked: 1,
      outcome: error(new RegExp(`${code}`), OTHER_SERVER),
    }),
  ),
  status({
    name: "511",
    status: 511,
    reason: "Network Authentication Required",
    asked: 1,
    outcome: error(/wants a sign-in of its own/, /Sign in to it, or use a network/),
  }),
  status({
    name: "522",
    status: 522,
    reason: "",
    wire: "522 of a content network",
    headers: [["Server", "cloudflare"]],
    outcome: error(/A proxy before Proxmox/, /Check what that proxy/),
  }),
  status({
    name: "redirect-with-password",
    status: 302,
    reason: "Found",
    wire: "302 to a URL with a password",
    asked: 1,
    headers: [["Location", "https://someone:right%2B9f%2F3a%26b2%20%C3%BC@sso.example.test/"]],
    outcome: error(/: https:\/\/sso\.example\.test\/[.;]/, /Set the endpoint/),
  }),
  status({
    name: "999",
    status: 999,
    reason: "Blocked",
    asked: 1,
    outcome: error(/Unexpected answer: 999/, OTHER_SERVER),
  }),
];
