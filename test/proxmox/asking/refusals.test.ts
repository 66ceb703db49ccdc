import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { ProxmoxClient } from "../../../src/proxmox/client.ts";
import type { ProxmoxErrorCode } from "../../../src/proxmox/errors.ts";
import { tokenCredentials } from "../../../src/proxmox/settings/credentials.ts";
import { type PveStandIn, startPve } from "../../support/pve/stand-in.ts";
import type { StandardTokens } from "../../support/pve/standard-access.ts";
import { ask, failure } from "../asking.ts";

interface Refusal {
  readonly token: keyof StandardTokens;
  readonly question: (client: ProxmoxClient) => Promise<unknown>;
  readonly request: string;
  readonly code: ProxmoxErrorCode;
  readonly status: number;
  /** By the recorded cluster's version, where they differ. */
  readonly problem: string | readonly [pve9: string, pve7: string];
  readonly advice: string;
}

const HARDWARE = "/nodes/pve1/hardware/pci?pci-class-blacklist=";
const hardware = (client: ProxmoxClient) => client.pciDevices("pve1");

const tokenAdvice = (user: string) =>
  `Check that it exists, that its secret is the right one, that neither it nor its user has expired or been disabled: pveum user token list ${user}`;

const grant = (user: string, token: string, role = "PVEAuditor", path = "/") => `
  pveum acl modify ${path} --users ${user} --roles ${role}
  pveum acl modify ${path} --tokens '${user}!${token}' --roles ${role}
A token with privilege separation (the default) may do only what both its user and the token itself are granted; one made with --privsep 0 needs the first command only.`;

const REFUSALS: Readonly<Record<string, Refusal>> = {
  "a token without privileges": {
    token: "nothing",
    question: hardware,
    request: HARDWARE,
    code: "forbidden",
    status: 403,
    problem:
      "The privilege Sys.Audit or Sys.Modify on / is missing (403 Permission check failed (/, Sys.Audit|Sys.Modify)).",
    advice: `Grant Sys.Audit or Sys.Modify on /. On any host of the cluster:${grant("gpu@pve", "nothing")}`,
  },
  "a token with privileges on /nodes only": {
    token: "nodesAuditor",
    question: hardware,
    request: HARDWARE,
    code: "forbidden",
    status: 403,
    problem:
      "The privilege Sys.Audit or Sys.Modify on / is missing (403 Permission check failed (/, Sys.Audit|Sys.Modify)).",
    advice: `Grant Sys.Audit or Sys.Modify on /. On any host of the cluster:${grant("nodes@pve", "ci")}`,
  },
  "a token that may not see a guest": {
    token: "discovery",
    question: (client) => client.guestPending("pve1", "qemu", 100),
    request: "/nodes/pve1/qemu/100/pending",
    code: "forbidden",
    status: 403,
    problem:
      "The privilege VM.Audit on /vms/100 is missing (403 Permission check failed (/vms/100, VM.Audit)).",
    advice: `Grant VM.Audit on /vms/100. On any host of the cluster:${grant("gpuhost@pve", "discovery", "PVEAuditor", "/vms/100")}`,
  },
  "a token with a wrong secret": {
    token: "wrongSecret",
    question: hardware,
    request: HARDWARE,
    code: "unauthorized",
    status: 401,
    problem: [
      'Proxmox does not accept the API token "gpuhost@pve!discovery" (401 Authentication failed!): it is refused or has expired.',
      'Proxmox does not accept the API token "gpuhost@pve!discovery" (401 invalid token value!): it is refused or has expired.',
    ],
    advice: tokenAdvice("gpuhost@pve"),
  },
  "an expired token": {
    token: "expired",
    question: hardware,
    request: HARDWARE,
    code: "unauthorized",
    status: 401,
    problem: [
      'Proxmox does not accept the API token "gpuhost@pve!expired" (401 Authentication failed!): it is refused or has expired.',
      "Proxmox does not accept the API token \"gpuhost@pve!expired\" (401 token 'expired' access expired): it is refused or has expired.",
    ],
    advice: tokenAdvice("gpuhost@pve"),
  },
  "the token of a disabled user": {
    token: "disabled",
    question: hardware,
    request: HARDWARE,
    code: "unauthorized",
    status: 401,
    problem: [
      'Proxmox does not accept the API token "off@pve!ci" (401 Authentication failed!): it is refused or has expired.',
      "Proxmox does not accept the API token \"off@pve!ci\" (401 user 'off@pve' is disabled): it is refused or has expired.",
    ],
    advice: tokenAdvice("off@pve"),
  },
  "a node that is no member": {
    token: "discovery",
    question: (client) => client.pciDevices("pve99"),
    request: "/nodes/pve99/hardware/pci?pci-class-blacklist=",
    code: "unknown-node",
    status: 500,
    problem:
      "Proxmox cannot find the node \"pve99\" (500 hostname lookup 'pve99' failed - failed to get address info for: pve99: Name or service not known).",
    advice: 'Check its name: the nodes of the cluster are those that "pvesh get /nodes" lists.',
  },
  "a member that is offline": {
    token: "discovery",
    question: (client) => client.pciDevices("pve4"),
    request: "/nodes/pve4/hardware/pci?pci-class-blacklist=",
    code: "node-offline",
    status: 595,
    problem: 'The endpoint answers, but the API of node "pve4" does not (595 Connection refused).',
    advice: "Check that the node is up and that pveproxy and pvedaemon run on it.",
  },
  "a parameter that Proxmox does not take": {
    token: "discovery",
    question: (client) => client.mdevTypes("pve2", "10000:e1:00.0"),
    request: "/nodes/pve2/hardware/pci/10000:e1:00.0/mdev",
    code: "bad-request",
    status: 400,
    problem: [
      "Proxmox does not take the request (400 Parameter verification failed.). pci-id-or-mapping: value does not match the regex pattern.",
      "Proxmox does not take the request (400 Parameter verification failed.). pciid: value does not match the regex pattern.",
    ],
    advice:
      "Where the arguments are right, this provider asks in a way that this Proxmox VE, or a proxy before it, does not know: please report it with the version of Proxmox VE.",
  },
  "a guest that is not there": {
    token: "auditor",
    question: (client) => client.guestConfig("pve1", "qemu", 999),
    request: "/nodes/pve1/qemu/999/config",
    code: "not-found",
    status: 500,
    problem:
      "Proxmox does not find it (500 Configuration file 'nodes/pve1/qemu-server/999.conf' does not exist).",
    advice: "It may have been removed just now; look whether it is still there, and try again.",
  },
};

describe.each(["pve9", "pve7"] as const)("refused by %s:", (source) => {
  let pve: PveStandIn;
  beforeAll(async () => {
    pve = await startPve({ source });
  });
  afterAll(() => pve.close());

  it.each(Object.entries(REFUSALS))("%s", async (_, refusal) => {
    const { client, clock } = ask(pve, { credentials: tokenCredentials(pve.tokens[refusal.token]) });
    pve.requests.clear();
    const error = await failure(refusal.question(client));
    const problem =
      typeof refusal.problem === "string" ? refusal.problem : refusal.problem[source === "pve9" ? 0 : 1];
    expect(error.message).toBe(
      [
        problem,
        `Tried: GET /api2/json${refusal.request} at ${pve.endpoint}.`,
        ...(refusal.advice === "" ? [] : [refusal.advice]),
      ].join("\n\n"),
    );
    expect({ code: error.code, status: error.status, attempts: error.attempts }).toEqual({
      code: refusal.code,
      status: refusal.status,
      attempts: 1,
    });
    expect(error.problem).toBe(problem);
    expect(pve.requests.lines).toHaveLength(1);
    expect(clock.pauses).toEqual([]);
    await client.close();
  });
});

describe("a missing privilege", () => {
  it("is told in the error's own fields", async () => {
    const pve = await startPve();
    const { client } = ask(pve, { credentials: tokenCredentials(pve.tokens.nothing) });
    const error = await failure(client.pciDevices("pve2"));
    expect(error.missing).toEqual({ path: "/", privileges: ["Sys.Audit", "Sys.Modify"] });
    expect(error.reason).toBe("Permission check failed (/, Sys.Audit|Sys.Modify)");
    expect(error.node).toBe("pve2");
    expect(error.endpoint).toBe(pve.endpoint);
    await client.close();
    await pve.close();
  });
});

describe("an answer with a status of its own", () => {
  let pve: PveStandIn;
  beforeAll(async () => {
    pve = await startPve();
  });
  afterAll(() => pve.close());

  const NOT_PROXMOX =
    "Check that the endpoint is the API of Proxmox VE itself (port 8006) and not another web server.";
  const NGINX = [["Server", "nginx/1.26.3"]] as const;
  const PASSES_ON =
    "Check what that proxy (nginx, HAProxy or the like) passes requests on to, and that pveproxy runs there (port 8006).";
  const JOURNALS = "The journals of pveproxy and pvedaemon on that host may say why.";

  it.each([
    [418, "I'm a teapot", [], "Unexpected answer: 418 I'm a teapot.", NOT_PROXMOX],
    [
      403,
      "Forbidden",
      NGINX,
      "Proxmox refuses for want of permission (403 Forbidden).",
      "See what it may do, on any host of the cluster: pveum user token permissions gpuhost@pve discovery. If that is enough, a proxy before Proxmox may refuse.",
    ],
    [
      429,
      "Too Many Requests",
      [],
      "The server wants fewer requests (429 Too Many Requests).",
      "Proxmox VE itself has no such limit: look at that of the proxy before it.",
    ],
    [
      502,
      "Bad Gateway",
      NGINX,
      "A proxy before Proxmox answers that it gets no answer itself (502 Bad Gateway).",
      PASSES_ON,
    ],
    [
      504,
      "Gateway Time-out",
      NGINX,
      "A proxy before Proxmox answers that it gets no answer itself (504 Gateway Time-out).",
      PASSES_ON,
    ],
    [
      500,
      "no such cluster node 'pve9'",
      [],
      "Proxmox cannot find the node \"pve9\" (500 no such cluster node 'pve9').",
      'Check its name: the nodes of the cluster are those that "pvesh get /nodes" lists.',
    ],
    [206, "Partial Content", [], "Unexpected answer: 206 Partial Content.", NOT_PROXMOX],
    [226, "IM Used", [], "Unexpected answer: 226 IM Used.", NOT_PROXMOX],
    [
      522,
      "",
      [["Server", "cloudflare"]],
      "A proxy before Proxmox answers that it gets no answer itself (522).",
      PASSES_ON,
    ],
    [
      511,
      "Network Authentication Required",
      [],
      "The network wants a sign-in of its own before it lets anything through (511 Network Authentication Required).",
      "Sign in to it, or use a network that reaches Proxmox VE without.",
    ],
    [
      505,
      "HTTP Version Not Supported",
      [],
      "Unexpected answer: 505 HTTP Version Not Supported.",
      NOT_PROXMOX,
    ],
    [999, "Blocked", [], "Unexpected answer: 999 Blocked.", NOT_PROXMOX],
    [
      302,
      "Found",
      [["Location", "https://someone:other%40secret@sso.example.test/?next=a@b"]],
      "The server points elsewhere instead of answering (302 Found): https://sso.example.test/?next=a@b.",
      "Set the endpoint to where the API of Proxmox VE itself is.",
    ],
    [304, "Not Modified", [], "Unexpected answer: 304 Not Modified.", NOT_PROXMOX],
    [
      596,
      "tls_process_server_certificate: certificate verify failed",
      [],
      "The endpoint answers, but the API does not (596 tls_process_server_certificate: certificate verify failed).",
      'The member that answers does not trust the certificate of that node: renew it there with "pvecm updatecerts --force".',
    ],
    [503, "Busy", [], "Proxmox failed to answer (503 Busy).", JOURNALS],
    [599, "Too many redirections", [], "Proxmox failed to answer (599 Too many redirections).", JOURNALS],
  ] as const)("%i %s comes with advice", async (status, reason, headers, problem, advice) => {
    const fault = pve.faults.add({ kind: "status", status, reason, headers }, { path: "/nodes" });
    const { client } = ask(pve, { maxRetries: 0 });
    const error = await failure(client.nodes());
    expect([error.problem, error.advice]).toEqual([problem, advice]);
    fault.remove();
    await client.close();
  });

  it.each([505, 510, 511, 600, 999])("%i is not asked for again", async (status) => {
    const fault = pve.faults.add({ kind: "status", status, reason: "Odd" }, { path: "/nodes" });
    const { client } = ask(pve, { maxRetries: 3 });
    expect((await failure(client.nodes())).attempts).toBe(1);
    fault.remove();
    await client.close();
  });

  it.each([
    ["got timeout at /usr/share/perl5/PVE/Tools.pm line 12.", "got timeout"],
    ["no such thing at (eval 12) line 3, <GEN4> chunk 2.", "no such thing"],
    ["no such thing\t...propagated at /usr/share/perl5/PVE/RPC.pm line 5.", "no such thing"],
    [
      'internal error at /usr/share/perl5/PVE/API.pm line 7.\n\tPVE::API::ask("pve1", HASH(0x55)) called at /usr/share/perl5/PVE/REST.pm line 9\n\teval {...} called at /usr/bin/pveproxy line 3\n',
      "internal error",
    ],
    [`late${" ".repeat(200_000)}`, "late"],
    [`${"x".repeat(5_000)} at /usr/share/perl5/PVE/Tools.pm line 12.`, "x".repeat(1_000)],
    ["look at /etc/pve/x and /etc/pve/y", "look at /etc/pve/x and /etc/pve/y"],
  ])("the text %.60j is told without Perl's stack", async (message, told) => {
    const body = JSON.stringify({ data: null, message });
    const fault = pve.faults.add({ kind: "status", status: 500, reason: "", body }, { path: "/nodes" });
    const { client } = ask(pve, { maxRetries: 0 });
    expect((await failure(client.nodes())).reason).toBe(told);
    fault.remove();
    await client.close();
  });
});

it("leaves out the place in Proxmox's sources that Perl puts behind an error", async () => {
  const pve = await startPve();
  const reason =
    "unable to open file '/etc/pve/x' - Permission denied at /usr/share/perl5/PVE/Tools.pm line 298, <DATA> line 960.";
  pve.faults.add({ kind: "status", status: 500, reason }, { path: "/nodes" });
  const { client } = ask(pve, { maxRetries: 0 });
  await expect(client.nodes()).rejects.toMatchObject({
    reason: "unable to open file '/etc/pve/x' - Permission denied",
  });
  await client.close();
  await pve.close();
});
