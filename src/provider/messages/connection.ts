/** Messages when Proxmox does not answer as it should: the texts after summaries that begin with "Unable to Read". */
import type { ProxmoxErrorCode } from "../../proxmox/errors.ts";
import type { TextRow } from "./text-row.ts";

const LOOK_AT_PROXY =
  "Look at the firewall or the proxy between; if there is none, at the host's own journal";

export const connectionTexts: { readonly [Code in ProxmoxErrorCode]: readonly TextRow[] } = {
  unreachable: [
    {
      says: ["refuses the connection"],
      cause: "The host is up, and nothing listens on that port",
      mend: "Add `:8006` to the endpoint; `systemctl status pveproxy` on the host",
    },
    {
      says: ["cannot be reached (", "is down", "does not answer (connection timed out)"],
      cause: "No way leads to the host, or it is off",
      mend: "Check address, route and firewall; the same URL has to open in a browser of this machine",
    },
    {
      says: ["cannot be found: its name", "cannot be found: the name server"],
      cause: "The endpoint's name does not resolve",
      mend: "Correct the name, or write the address",
    },
    {
      says: ["closed the connection without an answer", "was lost in the middle of the answer"],
      cause: "pveproxy was restarted, or something between cuts connections",
      mend: LOOK_AT_PROXY,
    },
  ],
  timeout: [
    {
      says: ["did not accept a connection in time", "did not connect to … in time"],
      cause: "The host is off, or a firewall drops what is sent to it",
      mend: "Check that it is up; give further members in `endpoints`",
    },
    {
      says: ["did not finish its answer within"],
      cause: "The host is overloaded, or the node behind it hangs",
      mend: "Raise `timeout`, at most to 300 seconds",
    },
  ],
  tls: [
    {
      says: ["is not accepted: …", "showed no certificate"],
      cause: "The certificate is the cluster's own, has expired, or is made out for another name",
      mend: "Compare the fingerprint in the text with `pvenode cert info` on the host. If it is the same, set `ca_file` or `fingerprints`",
    },
    {
      says: ["does not speak TLS on this port"],
      cause: "Another service listens there",
      mend: "Proxmox listens on 8006",
    },
    {
      says: ["speaks no TLS version that is allowed here"],
      cause: "The host, or a proxy before it, is limited to an older TLS",
      mend: '`min_tls = "1.2"`',
    },
    {
      says: ["was damaged on the way", "The TLS handshake with … failed"],
      cause: "Something between changes what is sent, or is no Proxmox",
      mend: "Set the endpoint to Proxmox itself, port 8006",
    },
  ],
  proxy: [
    {
      says: [
        "does not connect to …",
        "(from HTTPS_PROXY)",
        "HTTPS_PROXY is no address of a proxy",
        "proxy, which is not supported",
      ],
      cause: "`HTTPS_PROXY` is set, and that proxy does not reach the host",
      mend: "Add the host to `NO_PROXY`",
    },
  ],
  unauthorized: [
    {
      says: [
        "does not accept the credentials",
        "does not accept the API token",
        "does not accept the ticket of",
        "does not accept the ticket that it gave to",
        "refuses to sign in",
      ],
      cause: "The token or its user does not exist, is disabled or has expired, or the secret is another one",
      mend: "`pveum user token list USER@REALM` on a host. A secret that is lost cannot be shown again: delete the token and make a new one",
    },
  ],
  "tfa-needed": [
    {
      says: ["wants a second factor for"],
      cause: "The user has two-factor authentication",
      mend: "Use an API token, which needs none",
    },
  ],
  forbidden: [
    {
      says: ["The privilege … is missing", "refuses for want of permission"],
      cause: "The token, or its user, lacks a privilege",
      mend: "Run the commands in the text on a host: [A token with least rights](token.md)",
    },
  ],
  "unknown-node": [
    {
      says: ["cannot find the node"],
      cause: "The member that answers knows no node of that name",
      mend: "`pvesh get /nodes` lists them",
    },
  ],
  "node-offline": [
    {
      says: ["The endpoint answers, but the API"],
      cause: "Members pass questions on to one another, and that node did not take it",
      mend: "Check that it is up and runs pveproxy and pvedaemon. Where the text speaks of a certificate: `pvecm updatecerts --force` on that node",
    },
  ],
  "not-found": [
    {
      says: ["does not find it", "The server does not know the address"],
      cause: "It was removed just now, or the endpoint is not Proxmox",
      mend: "Run it again; check the endpoint",
    },
  ],
  "not-implemented": [
    {
      says: ["This Proxmox VE cannot answer that"],
      cause: "It is older than the question",
      mend: "Upgrade Proxmox VE",
    },
  ],
  "bad-request": [
    {
      says: ["does not take the request"],
      cause: "A Proxmox VE that this version of the provider does not know",
      mend: "Report it with the versions of both",
    },
  ],
  redirected: [
    {
      says: ["points elsewhere instead of answering"],
      cause: "A web server before Proxmox sends browsers elsewhere",
      mend: "Set the endpoint to where the API is",
    },
  ],
  server: [
    {
      says: ["failed to answer", "answers …", "Unexpected answer:"],
      cause: "Proxmox itself failed",
      mend: "`journalctl -u pveproxy -u pvedaemon` on that host",
    },
    {
      says: ["A proxy before Proxmox answers that it gets no answer itself"],
      cause: "nginx, HAProxy or the like is up, and pveproxy behind it is not",
      mend: "Start pveproxy, or correct where that proxy passes requests on to",
    },
    {
      says: ["The network wants a sign-in of its own"],
      cause: "A network, as of a guest's Wi-Fi, lets nothing through before that",
      mend: "Sign in to it, or use another network",
    },
    {
      says: ["The server wants fewer requests"],
      cause: "A proxy before Proxmox limits requests",
      mend: "Raise its limit for this address",
    },
  ],
  malformed: [
    {
      says: [
        "The answer is not what Proxmox VE answers",
        "The answer is not JSON",
        'The answer is JSON without "data"',
        "The answer (…) is empty",
        "The answer to the sign-in has no ticket",
        "does not answer in HTTP/1.1",
        "The answer is encoded as",
      ],
      cause: "The endpoint is another web server",
      mend: "Check host and port; if it is Proxmox itself, report it with its version",
    },
    {
      says: [
        "The answer breaks off",
        "The compressed answer is damaged",
        "is damaged: its pieces are not as HTTP/1.1 has them",
        "is damaged: its headers are not those of HTTP/1.1",
      ],
      cause: "Something between cuts or changes what the host answers",
      mend: LOOK_AT_PROXY,
    },
  ],
  "too-large": [
    {
      says: [
        "The answer is larger than",
        "The answer has more than",
        "What the nodes answer is larger than",
        "The answers that are on their way at a time are too large together",
        "The headers of the answer are too large",
      ],
      cause: "No Proxmox answers that much; the limits keep a wrong server from filling the memory",
      mend: "Check the endpoint; of a very large cluster read fewer nodes at a time (`nodes`)",
    },
  ],
  cancelled: [
    {
      says: ["The request was cancelled"],
      cause: "OpenTofu was told to stop",
      mend: "Nothing",
    },
  ],
  internal: [
    {
      says: ["failed in a way that was not foreseen"],
      cause: "A bug in the provider",
      mend: "Report it with the log of `TF_LOG_PROVIDER=debug`",
    },
  ],
};
