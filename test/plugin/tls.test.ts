import { once } from "node:events";
import { connect as connectSocket } from "node:net";
import { connect as connectTls } from "node:tls";
import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { createCertificate, toPem } from "../../src/plugin/certificate.ts";
import type { LaunchedPlugin } from "../support/host/launch.ts";
import { callFixture } from "./fixtures/call.ts";
import { launchFixture } from "./fixtures/launch.ts";

/** Connects with TLS as a Go host does, but with what the test wants to show; resolves with how it went. */
async function handshakeWith(
  plugin: LaunchedPlugin,
  options: { readonly cert?: string; readonly key?: string; readonly maxVersion?: "TLSv1.1" | "TLSv1.2" },
): Promise<string> {
  const { certificate, address } = plugin.handshake;
  if (certificate === undefined) throw new Error("the plugin serves without TLS");
  const socket = connectTls({
    socket: connectSocket(address),
    ca: toPem(certificate.raw),
    servername: "localhost",
    ALPNProtocols: ["h2"],
    minVersion: options.maxVersion ?? "TLSv1.2",
    ciphers: "DEFAULT@SECLEVEL=0",
    ...options,
  });
  // With TLS 1.3 a client learns only after its own handshake that the server does not want it.
  const outcome = await Promise.race([
    once(socket, "error").then(([error]) => (error as { code?: string }).code ?? String(error)),
    once(socket, "data").then(() => `${socket.getProtocol()} with ${socket.alpnProtocol}`),
    once(socket, "close").then(() => "closed"),
  ]);
  socket.destroy();
  return outcome;
}

describe("a client", () => {
  test.for([undefined, "TLSv1.2"] as const)(
    "with the host's certificate is let in (at most %s)",
    async (maxVersion) => {
      await using plugin = await launchFixture();
      const own = plugin.hostCertificate;
      const outcome = await handshakeWith(plugin, {
        ...(own === undefined ? {} : { cert: own.certificatePem, key: own.privateKeyPem }),
        ...(maxVersion === undefined ? {} : { maxVersion }),
      });
      expect(outcome).toBe(`${maxVersion ?? "TLSv1.3"} with h2`);
    },
  );

  test.for([
    [undefined, "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"],
    ["TLSv1.2", "ERR_SSL_SSL/TLS_ALERT_HANDSHAKE_FAILURE"],
  ] as const)("without a certificate is turned away (at most %s)", async ([maxVersion, code]) => {
    await using plugin = await launchFixture();
    expect(await handshakeWith(plugin, maxVersion === undefined ? {} : { maxVersion })).toBe(code);
  });

  test.for([undefined, "TLSv1.2"] as const)(
    "with a certificate of its own is turned away (at most %s)",
    async (maxVersion) => {
      await using plugin = await launchFixture();
      const foreign = await createCertificate("P-521");
      const outcome = await handshakeWith(plugin, {
        cert: foreign.certificatePem,
        key: foreign.privateKeyPem,
        ...(maxVersion === undefined ? {} : { maxVersion }),
      });
      expect(outcome).toMatch(/^(closed|ECONNRESET|EPIPE)$/);
    },
  );

  test("with TLS 1.1 is turned away", async () => {
    await using plugin = await launchFixture();
    expect(await handshakeWith(plugin, { maxVersion: "TLSv1.1" })).toBe(
      "ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION",
    );
  });

  test("without TLS is turned away, and does the plugin no harm", async () => {
    await using plugin = await launchFixture();
    const socket = connectSocket(plugin.handshake.address);
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.resume();
    await once(socket, "close");
    expect(await callFixture(plugin.connect(), "echo", "fine")).toBe("fine");
  });
});

test("another process's certificate does not make calls", async () => {
  await using plugin = await launchFixture();
  const call = callFixture(plugin.connect(await createCertificate("P-521")), "echo", "let me in");
  await expect(call).rejects.toMatchObject({ code: status.UNAVAILABLE });
  expect(await callFixture(plugin.connect(), "echo", "fine")).toBe("fine");
});

test("every process has a certificate of its own", async () => {
  await using one = await launchFixture();
  await using other = await launchFixture();
  expect(
    one.handshake.certificate?.publicKey.equals(
      other.handshake.certificate?.publicKey ?? one.handshake.certificate.publicKey,
    ),
  ).toBe(false);
});
