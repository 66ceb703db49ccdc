import { X509Certificate } from "node:crypto";
import { describe, expect, it } from "vitest";
import { parseEndpoint } from "../../../src/proxmox/settings/endpoint.ts";
import { certificateProblem } from "../../../src/proxmox/tls/certificate.ts";
import { createCertificateAuthority } from "../../support/pve/certificate.ts";

const ENDPOINT = parseEndpoint("https://pve1:8006");
const AUTHORITY = createCertificateAuthority();
const CERTIFICATE = new X509Certificate(
  AUTHORITY.issue({ hosts: ["pve1.example.com", "10.0.0.1", "::1"] }).certificatePem,
);
const NAMELESS = new X509Certificate(AUTHORITY.certificatePem);
/** Made with OpenSSL, since what makes certificates here knows an address when it sees one: DNS:192.0.2.7, DNS:pve7. */
const ADDRESS_AS_NAME = new X509Certificate(`-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUMZiEeFQHfXug58JjO3VCDNxqxD0wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJMTkyLjAuMi43MCAXDTI2MTEyNzE4MTgzNloYDzIxMjYxMTAz
MTgxODM2WjAUMRIwEAYDVQQDDAkxOTIuMC4yLjcwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAARm0p3Se/fRGBI3xOh46+W8w76Nxp44QNJBr01LGGibSCRPm+qcU6Op
MUf7ldCU38s+/sXKLs99tINWnF4lJkJSo28wbTAdBgNVHQ4EFgQUgxUecJRRk87p
IaP5BB4caRTOmSQwHwYDVR0jBBgwFoAUgxUecJRRk87pIaP5BB4caRTOmSQwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARggkxOTIuMC4yLjeCBHB2ZTcwCgYIKoZI
zj0EAwIDRwAwRAIgD9ZpK9QYGlQdApH2zcB/h/VAX0sJt0DaW46yQmmIwhICIBh5
rWnHU5QeTogaKyrLIOU0u/Tc4lOlQc8hUwITsFii
-----END CERTIFICATE-----`);
const VALID = `valid from ${CERTIFICATE.validFrom} to ${CERTIFICATE.validTo}`;
const ISSUER = "O=Proxmox Virtual Environment, CN=PVE Cluster Manager CA";

const problem = (code: string, certificate: X509Certificate | undefined = CERTIFICATE) =>
  certificateProblem(code, certificate, ENDPOINT, false);

describe("a certificate that is not accepted", () => {
  it.each([
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "it is self-signed"],
    ["SELF_SIGNED_CERT_IN_CHAIN", `it was issued by an authority that is not trusted here (${ISSUER})`],
    ["UNABLE_TO_GET_ISSUER_CERT", `it was issued by an authority that is not trusted here (${ISSUER})`],
    [
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      `it was issued by an authority that is not trusted here (${ISSUER})`,
    ],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", `it was issued by an authority that is not trusted here (${ISSUER})`],
    [
      "ERR_TLS_CERT_ALTNAME_INVALID",
      "it is not made out for pve1, but for pve1.example.com, 10.0.0.1, 0:0:0:0:0:0:0:1",
    ],
    ["CERT_HAS_EXPIRED", `it, ${VALID}, or its authority's has expired`],
    ["CERT_NOT_YET_VALID", `it, ${VALID}, or its authority's is not valid yet by this machine's clock`],
    [
      "INVALID_PURPOSE",
      "it, or its authority's, is made for other purposes than this one (its extended key usage)",
    ],
    [
      "UNSPECIFIED",
      "its key or signature (EC, ecdsa-with-SHA256), or that of its authority, is probably too weak for OpenSSL today",
    ],
    ["CERT_REVOKED", "the check of it failed with CERT_REVOKED"],
  ])("for %s is explained", (code, fault) => {
    expect(problem(code)).toMatchObject({
      code: "tls",
      text: `The certificate of pve1:8006 is not accepted: ${fault}.`,
    });
    expect(problem(code).advice).toContain(
      `The SHA-256 fingerprint of this certificate is ${CERTIFICATE.fingerprint256}. Compare it`,
    );
    expect(problem(code).transient).toBeUndefined();
  });

  it("has to be renewed where no authority would help", () => {
    for (const code of ["UNSPECIFIED", "INVALID_PURPOSE"]) {
      expect(problem(code).advice).toContain("\n  - renew it on the host");
      expect(problem(code).advice).not.toContain("ca_file");
    }
  });

  it("has addresses as addresses, not as names", () => {
    const endpoint = parseEndpoint("https://192.0.2.7:8006");
    const told = certificateProblem("ERR_TLS_CERT_ALTNAME_INVALID", ADDRESS_AS_NAME, endpoint, false);
    expect(told.text).toBe(
      "The certificate of 192.0.2.7:8006 is not accepted: it has 192.0.2.7 as a name (DNS), and an address counts only as an address (IP).",
    );
    expect(told.advice).toContain("\n  - renew it on the host");
    expect(told.advice).not.toContain("use one of the names");
  });

  it("with very many names tells the first of them", () => {
    const hosts = Array.from({ length: 50 }, (_, index) => `pve${index}.example.com`);
    const many = new X509Certificate(AUTHORITY.issue({ hosts }).certificatePem);
    expect(problem("ERR_TLS_CERT_ALTNAME_INVALID", many).text).toBe(
      `The certificate of pve1:8006 is not accepted: it is not made out for pve1, but for ${hosts.slice(0, 20).join(", ")} and 30 more.`,
    );
  });

  it("names its subject when it is made out for nobody else", () => {
    expect(problem("ERR_TLS_CERT_ALTNAME_INVALID", NAMELESS).text).toBe(
      `The certificate of pve1:8006 is not accepted: it is not made out for pve1, but for ${ISSUER}.`,
    );
  });

  it("may be missing altogether", () => {
    expect(certificateProblem("UNKNOWN", undefined, ENDPOINT, false)).toMatchObject({
      code: "tls",
      text: "pve1:8006 showed no certificate (UNKNOWN).",
    });
  });
});
