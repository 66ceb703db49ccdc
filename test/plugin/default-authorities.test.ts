import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSecureContext, getCACertificates } from "node:tls";
import { afterAll, expect, test } from "vitest";
import { createCertificate } from "../../src/plugin/certificate.ts";
import { trustNobodyByDefault } from "../../src/plugin/default-authorities.ts";
import { launchFixture } from "./fixtures/launch.ts";

const folder = mkdtempSync(join(tmpdir(), "gpuhost-authorities-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("nobody is trusted by default, and whom a connection names still is", async () => {
  trustNobodyByDefault();
  expect(getCACertificates("default")).toEqual([]);
  const { certificatePem } = await createCertificate();
  expect(() => createSecureContext({ ca: certificatePem })).not.toThrow();
  // What the data sources may be told to trust can still be read.
  expect(getCACertificates("bundled").length).toBeGreaterThan(100);
});

test("a plugin serves without having read the authorities that the environment names", async () => {
  const pipe = join(folder, "authorities");
  // To open a pipe that nobody writes to would last for ever.
  execFileSync("mkfifo", [pipe]);
  await using plugin = await launchFixture({
    variables: { NODE_EXTRA_CA_CERTS: pipe, SSL_CERT_FILE: pipe, NODE_OPTIONS: "--use-openssl-ca" },
  });
  const connection = plugin.connect();
  await connection.shutdown();
  expect(await plugin.exited).toEqual({ code: 0, signal: null });
});
