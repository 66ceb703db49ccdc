/** Why a server's certificate was not accepted, and what to do about it. */
import type { X509Certificate } from "node:crypto";
import { isIP } from "node:net";
import { Problem } from "../errors.ts";
import type { Endpoint } from "../settings/endpoint.ts";

/**
 * @param code the error's name in OpenSSL or Node
 * @param pinned whether the configuration lists fingerprints; this certificate has none of them
 */
export function certificateProblem(
  code: string,
  certificate: X509Certificate | undefined,
  endpoint: Endpoint,
  pinned: boolean,
): Problem {
  const place = `${endpoint.host}:${endpoint.port}`;
  if (certificate === undefined) {
    return new Problem({ code: "tls", text: `${place} showed no certificate (${code}).` });
  }
  const listed = pinned ? " It is none of the listed fingerprints either." : "";
  return new Problem({
    code: "tls",
    text: `The certificate of ${place} is not accepted: ${fault(code, certificate, endpoint)}.${listed}`,
    advice: [
      `The SHA-256 fingerprint of this certificate is ${certificate.fingerprint256}. Compare it with what "pvenode cert info" prints on that host. If it is the same, any one of these helps:`,
      ...remedies(code, certificate, endpoint).map((remedy) => `  - ${remedy}`),
    ].join("\n"),
  });
}

function fault(code: string, certificate: X509Certificate, endpoint: Endpoint): string {
  switch (code) {
    case "DEPTH_ZERO_SELF_SIGNED_CERT":
      return "it is self-signed";
    case "SELF_SIGNED_CERT_IN_CHAIN":
    case "UNABLE_TO_GET_ISSUER_CERT":
    case "UNABLE_TO_GET_ISSUER_CERT_LOCALLY":
    case "UNABLE_TO_VERIFY_LEAF_SIGNATURE":
      return `it was issued by an authority that is not trusted here (${nameOf(certificate.issuer)})`;
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      return isNameOnly(certificate, endpoint)
        ? `it has ${endpoint.host} as a name (DNS), and an address counts only as an address (IP)`
        : `it is not made out for ${endpoint.host}, but for ${namesIn(certificate)}`;
    case "CERT_HAS_EXPIRED":
      return `it, valid from ${certificate.validFrom} to ${certificate.validTo}, or its authority's has expired`;
    case "CERT_NOT_YET_VALID":
      return `it, valid from ${certificate.validFrom} to ${certificate.validTo}, or its authority's is not valid yet by this machine's clock`;
    case "INVALID_PURPOSE":
      return "it, or its authority's, is made for other purposes than this one (its extended key usage)";
    // Node has no name for some of OpenSSL's errors. Those that occur are outdated keys and signatures.
    case "UNSPECIFIED":
      return `its key or signature (${strengthOf(certificate)}), or that of its authority, is probably too weak for OpenSSL today`;
    default:
      return `the check of it failed with ${code}`;
  }
}

const RENEWAL = 'renew it on the host ("pvecm updatecerts --force", or "pvenode acme cert renew")';

function remedies(code: string, certificate: X509Certificate, endpoint: Endpoint): string[] {
  const pin = `list it: fingerprints = ["${certificate.fingerprint256}"]`;
  const insecure = "as the last resort, insecure = true: then anybody on the way can pose as that host";
  switch (code) {
    case "INVALID_PURPOSE":
    case "UNSPECIFIED":
      return [RENEWAL, pin, insecure];
    case "ERR_TLS_CERT_ALTNAME_INVALID":
      if (isNameOnly(certificate, endpoint)) return [RENEWAL, pin, insecure];
      return ["use one of the names in the certificate as the endpoint", pin, insecure];
    case "CERT_HAS_EXPIRED":
    case "CERT_NOT_YET_VALID":
      return [`${RENEWAL}, and check the clocks`, pin, insecure];
    default:
      return [
        "set ca_file to a copy of the cluster's /etc/pve/pve-root-ca.pem (or ca_pem to its text)",
        pin,
        insecure,
      ];
  }
}

/** `DNS:pve1.example.com, IP Address:10.0.0.1` without the labels; the common name if there are no other names. */
function namesIn(certificate: X509Certificate): string {
  const names = (certificate.subjectAltName ?? "").replaceAll(/(?:DNS|IP Address):/g, "");
  if (names === "") return nameOf(certificate.subject);
  const all = names.split(", ");
  const rest = all.length - MAX_NAMES;
  return rest > 0 ? `${all.slice(0, MAX_NAMES).join(", ")} and ${rest} more` : names;
}

/** A certificate of Proxmox has about five names. */
const MAX_NAMES = 20;

/** Whether the certificate has an IP address as a DNS name. */
function isNameOnly({ subjectAltName }: X509Certificate, { host }: Endpoint): boolean {
  return isIP(host) !== 0 && (subjectAltName ?? "").split(", ").includes(`DNS:${host}`);
}

function strengthOf({ publicKey, signatureAlgorithm }: X509Certificate): string {
  const bits = publicKey.asymmetricKeyDetails?.modulusLength;
  const key = `${(publicKey.asymmetricKeyType ?? "unknown").toUpperCase()}${bits === undefined ? "" : ` of ${bits} bits`}`;
  return signatureAlgorithm === undefined ? key : `${key}, ${signatureAlgorithm}`;
}

/** `CN=x\nO=y` on one line. */
function nameOf(distinguished: string | undefined): string {
  return (distinguished ?? "").split("\n").join(", ") || "without a name";
}
