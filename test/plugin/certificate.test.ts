import { createPrivateKey, X509Certificate } from "node:crypto";
import { describe, expect, test } from "vitest";
import { createCertificate, toPem } from "../../src/plugin/certificate.ts";

describe.for(["P-256", "P-521"] as const)("a certificate on the curve %s", async (curve) => {
  const made = await createCertificate(curve);
  const certificate = new X509Certificate(made.certificatePem);

  test("is for localhost, and for a name only", () => {
    expect(certificate.subject).toBe("CN=localhost");
    expect(certificate.subjectAltName).toBe("DNS:localhost");
  });

  test("is signed by its own key", () => {
    expect(certificate.issuer).toBe(certificate.subject);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
  });

  test("has been valid for long, so that no host's clock or time zone can make it one of the future", () => {
    expect(certificate.validFromDate).toEqual(new Date("2000-01-01T00:00:00Z"));
    expect(certificate.validToDate).toEqual(new Date("9999-12-31T23:59:59Z"));
  });

  test("may be used by a server and by a client, and is no authority", () => {
    expect(certificate.keyUsage).toEqual(["1.3.6.1.5.5.7.3.1", "1.3.6.1.5.5.7.3.2"]);
    expect(certificate.ca).toBe(false);
  });

  test("is the same in both of its forms", () => {
    expect(certificate.raw).toEqual(made.certificateDer);
    expect(toPem(made.certificateDer)).toBe(certificate.toString());
  });

  test("is made anew every time", async () => {
    const other = new X509Certificate((await createCertificate(curve)).certificatePem);
    expect(other.serialNumber).not.toBe(certificate.serialNumber);
    expect(other.publicKey.equals(certificate.publicKey)).toBe(false);
  });
});
