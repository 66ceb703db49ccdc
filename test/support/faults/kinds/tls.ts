/** Faults of TLS: other protocols, alerts, old versions and certificates that nobody should trust. */
import { createCertificateAuthority } from "../../pve/certificate.ts";
import { withHeaders } from "../exchange.ts";
import type { FaultKind, Outcome, Setting } from "../kind.ts";
import { between, error, needsConnections, onConnection, SAME } from "../strike.ts";

const group = "tls";
const NO_TLS = error(/does not speak TLS on this port/, /Proxmox listens on 8006/);
const DAY_MS = 86_400_000;

/** A fatal alert in a record of its own. Source: RFC 8446, section 6. */
const alert = (description: number): Buffer => Buffer.from([0x15, 3, 3, 0, 2, 2, description]);

/** The server answers the first bytes with these, and closes. */
function answers(
  name: string,
  wire: string,
  bytes: Buffer | string | ((length: number) => Buffer),
  outcome: Outcome,
): FaultKind {
  return onConnection({
    name,
    group,
    wire,
    outcome,
    meet: (socket, _pass, random) => {
      const sent = typeof bytes === "function" ? bytes(between(random, 6, 4000)) : bytes;
      socket.once("data", () => socket.end(sent));
    },
  });
}

/** Nothing happens but that the server is configured so. */
function configured(name: string, wire: string, setting: Setting, outcome: Outcome): FaultKind {
  return {
    name,
    group,
    wire,
    strikes: "every connection",
    outcome,
    setting,
    // No request may be sent to a server that is not trusted.
    ...(outcome.result === "error" ? { asked: 0 } : {}),
    arrange: () => undefined,
  };
}

export const tlsKinds: readonly FaultKind[] = [
  answers(
    "plain-http",
    "an HTTP server without TLS",
    "HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n",
    NO_TLS,
  ),
  answers("ssh", "an SSH server", "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n", NO_TLS),
  answers(
    "garbage",
    "bytes without meaning instead of a handshake",
    (length) => Buffer.alloc(length, 0xa5),
    NO_TLS,
  ),
  answers(
    "alert-handshake-failure",
    "the alert handshake_failure",
    alert(40),
    error(/The TLS handshake with \S+ failed/, /openssl s_client -connect/),
  ),
  answers(
    "alert-internal-error",
    "the alert internal_error",
    alert(80),
    error(/The TLS handshake with \S+ failed/, /openssl s_client -connect/),
  ),
  answers(
    "alert-unrecognized-name",
    "the alert unrecognized_name",
    alert(112),
    error(/The TLS handshake with \S+ failed/, /use a name that it answers for/),
  ),
  answers(
    "alert-certificate-required",
    "the alert certificate_required",
    alert(116),
    error(/The TLS handshake with \S+ failed/, /set the endpoint to Proxmox VE itself/),
  ),
  configured(
    "tls-1.1-only",
    "a server that speaks TLS 1.1 at most",
    { tls: { minVersion: "TLSv1", maxVersion: "TLSv1.1", ciphers: "DEFAULT@SECLEVEL=0" } },
    error(/speaks no TLS version that is allowed here/, /min_tls/),
  ),
  configured(
    "tls-1.2-only",
    "a server that speaks TLS 1.2 at most, where 1.3 is wanted",
    { tls: { maxVersion: "TLSv1.2" }, minTls: "1.3" },
    error(/speaks no TLS version that is allowed here/, /set min_tls = "1.2"/),
  ),
  configured(
    "tls-1.2-allowed",
    "a server that speaks TLS 1.2 at most, where that may be",
    { tls: { maxVersion: "TLSv1.2" }, minTls: "1.2" },
    SAME,
  ),
  configured(
    "certificate-expired",
    "a certificate that has expired",
    {
      certificate: { notBefore: new Date(Date.now() - 9 * DAY_MS), notAfter: new Date(Date.now() - DAY_MS) },
    },
    error(/certificate/i, /expired/, /renew|clock/i),
  ),
  configured(
    "certificate-not-yet-valid",
    "a certificate that is not valid yet",
    { certificate: { notBefore: new Date(Date.now() + 9 * DAY_MS) } },
    error(/certificate/i, /not (yet )?valid|valid from/, /clock/i),
  ),
  configured(
    "certificate-for-another-host",
    "a certificate for other hosts",
    { certificate: { hosts: ["pve9.example.test", "192.0.2.9"] } },
    error(/certificate/i, /pve9\.example\.test/, /127\.0\.0\.1/),
  ),
  configured(
    "certificate-of-a-stranger",
    "a certificate of an authority that is not trusted",
    { certificate: { authority: "other" } },
    error(/certificate/i, /ca_file|ca_pem/, /fingerprint/i),
  ),
  {
    name: "certificate-changes",
    group,
    wire: "from some moment on, a certificate of another authority",
    strikes: "any moment of the read",
    outcome: error(/certificate/i, /ca_file|ca_pem/),
    asked: 1,
    needs: needsConnections,
    arrange: ({ proxies, random }) => {
      const stranger = createCertificateAuthority().issue({ hosts: ["127.0.0.1"] });
      for (const proxy of proxies) {
        const last = between(random, 1, 6);
        proxy.onExchange = async (exchange) => {
          if (exchange.number === last) proxy.showCertificate(stranger);
          // What follows needs a new connection.
          await exchange.send(
            withHeaders(await exchange.answer(), ["connection"], [["Connection", "close"]]),
          );
        };
      }
      return undefined;
    },
  },
];
