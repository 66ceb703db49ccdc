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
