/** Messages when Proxmox does not answer as it should: the texts after summaries that begin with "Unable to Read". */
import type { ProxmoxErrorCode } from "../../proxmox/errors.ts";
import type { TextRow } from "./text-row.ts";

const LOOK_AT_PROXY =
  "Check the firewall or the proxy on the way; if there is none, read the journal of the host";

export const connectionTexts: { readonly [Code in ProxmoxErrorCode]: readonly TextRow[] } = {
  unreachable: [
    {
      says: ["refuses the connection"],
      cause: "The host is up, and nothing listens on that port",
      mend: "Add `:8006` to the endpoint; `systemctl status pveproxy` on the host",
    },
    {
      says: ["cannot be reached (", "is down", "does not answer (connection timed out)"],
      cause: "There is no route to the host, or it is off",
      mend: "Check address, route and firewall; the same URL has to open in a browser of this machine",
    },
    {
      says: ["cannot be found: its name", "cannot be found: the name server"],
      cause: "The endpoint's name does not resolve",
      mend: "Correct the name, or write the address",
    },
    {
      says: ["closed the connection without an answer", "was lost in the middle of the answer"],
      cause: "pveproxy was restarted, or a firewall or proxy on the way cuts connections",
      mend: LOOK_AT_PROXY,
    },
  ],
  timeout: [
    {
      says: ["did not accept a connection in time", "did not connect to … in time"],
      cause: "The host is off, or a firewall drops the packets",
      mend: "Check that the host is up; name more members in `endpoints`",
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
      cause: "The certificate is signed by the cluster itself, has expired, or is for another name",
      mend: "Compare the fingerprint in the text with `pvenode cert info` on the host. If it is the same, set `ca_file` or `fingerprints`",
    },
    {
      says: ["does not speak TLS on this port"],
      cause: "Another service listens there",
      mend: "Proxmox listens on 8006",
    },
    {
      says: ["speaks no TLS version that is allowed here"],
      cause: "The host, or a proxy in front of it, has only an older TLS",
      mend: '`min_tls = "1.2"`',
    },
    {
      says: ["was damaged on the way", "The TLS handshake with … failed"],
      cause: "Something on the way changes the data, or the host is not Proxmox",
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
      cause: "The token or its user does not exist, is disabled or has expired, or the secret is wrong",
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
      cause: "The member that answers knows no node with that name",
      mend: "`pvesh get /nodes` lists them",
    },
  ],
  "node-offline": [
    {
      says: ["The endpoint answers, but the API"],
      cause: "Members of a cluster pass requests to each other, and that node did not answer",
      mend: "Check that it is up and runs pveproxy and pvedaemon. If the text is about a certificate: `pvecm updatecerts --force` on that node",
    },
  ],
  "not-found": [
    {
      says: ["does not find it", "The server does not know the address"],
      cause: "It has just been removed, or the endpoint is not Proxmox",
      mend: "Run it again; check the endpoint",
    },
  ],
  "not-implemented": [
    {
      says: ["This Proxmox VE cannot answer that"],
      cause: "It is too old for this request",
      mend: "Upgrade Proxmox VE",
    },
  ],
  "bad-request": [
    {
      says: ["does not take the request"],
      cause: "This version of the provider does not know this Proxmox VE",
      mend: "Report it with the versions of both",
    },
  ],
  redirected: [
    {
      says: ["points elsewhere instead of answering"],
      cause: "A web server in front of Proxmox redirects to another address",
      mend: "Set the endpoint to the address of the API",
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
      cause: "nginx, HAProxy or another proxy is up, but pveproxy behind it is not",
      mend: "Start pveproxy, or correct the address in the configuration of that proxy",
    },
    {
      says: ["The network wants a sign-in of its own"],
      cause: "A network such as a guest Wi-Fi lets nothing through before you sign in",
      mend: "Sign in to the network, or use another one",
    },
    {
      says: ["The server wants fewer requests"],
      cause: "A proxy in front of Proxmox limits requests",
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
      cause: "Something on the way cuts or changes the answers of the host",
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
      cause: "Proxmox does not send that much; the limits prevent that a wrong server fills the memory",
      mend: "Check the endpoint. If it is a very large cluster, read fewer nodes at a time (`nodes`)",
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
