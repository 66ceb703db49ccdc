import { describe, expect, test } from "vitest";
import { createCertificate } from "../../src/plugin/certificate.ts";
import {
  formatFailureLine,
  formatHandshakeLine,
  isLaunchedByHost,
  MAGIC_COOKIE,
  PluginStartError,
  readHandshake,
} from "../../src/plugin/handshake.ts";

const { certificatePem } = await createCertificate();

describe("isLaunchedByHost", () => {
  test("is true with the cookie that every host sends", () => {
    expect(isLaunchedByHost({ TF_PLUGIN_MAGIC_COOKIE: MAGIC_COOKIE.value })).toBe(true);
  });

  test.for([undefined, "", "1"])("is false with the cookie %o", (cookie) => {
    expect(isLaunchedByHost({ TF_PLUGIN_MAGIC_COOKIE: cookie })).toBe(false);
  });
});

describe("readHandshake", () => {
  test("reads what OpenTofu sends", () => {
    const request = readHandshake({
      PLUGIN_PROTOCOL_VERSIONS: "5,6",
      PLUGIN_MIN_PORT: "10000",
      PLUGIN_MAX_PORT: "25000",
      PLUGIN_CLIENT_CERT: certificatePem,
    });
    expect(request).toEqual({
      clientCertificates: [certificatePem.trim()],
      ports: { first: 10_000, last: 25_000 },
      socketDirectory: undefined,
      asksForMultiplexing: false,
    });
  });

  test("takes an empty environment for a host that wants nothing special", () => {
    expect(readHandshake({})).toEqual({
      clientCertificates: undefined,
      ports: { first: 0, last: 0 },
      socketDirectory: undefined,
      asksForMultiplexing: false,
    });
  });

  test.for(["6", "5,6", "6,5", "x,6", " 6 , 5", ""])(
    "agrees on version 6 when the host offers %o",
    (offered) => {
      expect(() => readHandshake({ PLUGIN_PROTOCOL_VERSIONS: offered })).not.toThrow();
    },
  );

  test.for([
    { form: "with Windows line ends", pem: certificatePem.replaceAll("\n", "\r\n"), count: 1 },
    { form: "with text around it", pem: `a host\n${certificatePem}that is all`, count: 1 },
    { form: "twice", pem: certificatePem + certificatePem, count: 2 },
  ])("reads a client certificate $form", ({ pem, count }) => {
    expect(readHandshake({ PLUGIN_CLIENT_CERT: pem }).clientCertificates).toHaveLength(count);
  });

  test("takes an empty client certificate for none", () => {
    expect(readHandshake({ PLUGIN_CLIENT_CERT: "" }).clientCertificates).toBeUndefined();
  });

  test("takes the host's directory for the socket, and its wish for multiplexing", () => {
    const request = readHandshake({ PLUGIN_UNIX_SOCKET_DIR: "/run/x", PLUGIN_MULTIPLEX_GRPC: "true" });
    expect(request).toMatchObject({ socketDirectory: "/run/x", asksForMultiplexing: true });
  });

  const noPem = "PLUGIN_CLIENT_CERT does not hold a certificate in PEM form: refusing to serve without it";
  const needsSix = "but the provider needs version 6: use OpenTofu, or Terraform 1.0 or newer";
  test.for([
    {
      environment: { PLUGIN_PROTOCOL_VERSIONS: "5" },
      message: `this host offers version 5 of the plugin protocol, ${needsSix}`,
    },
    {
      environment: { PLUGIN_PROTOCOL_VERSIONS: "4,5,60" },
      message: `this host offers version 4, 5, 60 of the plugin protocol, ${needsSix}`,
    },
    { environment: { PLUGIN_CLIENT_CERT: " " }, message: noPem },
    { environment: { PLUGIN_CLIENT_CERT: "true" }, message: noPem },
    { environment: { PLUGIN_CLIENT_CERT: certificatePem.replaceAll("\n", "\\n") }, message: noPem },
    { environment: { PLUGIN_CLIENT_CERT: certificatePem.slice(0, -10) }, message: noPem },
    { environment: { PLUGIN_CLIENT_CERT: certificatePem.replace("MII", "AAA") }, message: noPem },
    {
      environment: { PLUGIN_CLIENT_CERT: certificatePem.replaceAll("CERTIFICATE", "PRIVATE KEY") },
      message: noPem,
    },
    {
      environment: {
        PLUGIN_CLIENT_CERT: `${certificatePem}-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----`,
      },
      message: noPem,
    },
    { environment: { PLUGIN_MIN_PORT: "x" }, message: 'PLUGIN_MIN_PORT is not a port number: "x"' },
    { environment: { PLUGIN_MAX_PORT: "65536" }, message: 'PLUGIN_MAX_PORT is not a port number: "65536"' },
    { environment: { PLUGIN_MAX_PORT: "-1" }, message: 'PLUGIN_MAX_PORT is not a port number: "-1"' },
    {
      environment: { PLUGIN_MIN_PORT: "2", PLUGIN_MAX_PORT: "1" },
      message: "PLUGIN_MIN_PORT 2 is greater than PLUGIN_MAX_PORT 1",
    },
  ])("refuses $environment", ({ environment, message }) => {
    expect(() => readHandshake(environment)).toThrow(new PluginStartError(message));
  });
});

describe("formatHandshakeLine", () => {
  const plain = { asksForMultiplexing: false };

  test.for([
    { address: { network: "unix", path: "/tmp/a/s" } as const, line: "1|6|unix|/tmp/a/s|grpc|\n" },
    {
      address: { network: "tcp", host: "127.0.0.1", port: 10_001 } as const,
      line: "1|6|tcp|127.0.0.1:10001|grpc|\n",
    },
  ])("says where the plugin listens: $line", ({ address, line }) => {
    expect(formatHandshakeLine(address, undefined, plain)).toBe(line);
  });

  test.for([
    [Uint8Array.of(255, 255, 255), "////"],
    [Uint8Array.of(255, 255), "//8"],
    [Uint8Array.of(255), "/w"],
  ] as const)("writes the certificate %o without padding", ([der, base64]) => {
    const address = { network: "unix", path: "/s" } as const;
    expect(formatHandshakeLine(address, der, plain)).toBe(`1|6|unix|/s|grpc|${base64}\n`);
  });

  test("has a seventh field only for a host that has asked for it", () => {
    const address = { network: "unix", path: "/s" } as const;
    expect(formatHandshakeLine(address, undefined, { asksForMultiplexing: true })).toBe(
      "1|6|unix|/s|grpc||false\n",
    );
  });
});

describe("formatFailureLine", () => {
  test("is one line without bars, whatever the reason", () => {
    expect(formatFailureLine("provider", "no\r\n luck: a|b|c|d|e\n")).toBe("provider: no luck: a/b/c/d/e\n");
  });
});
