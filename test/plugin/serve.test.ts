import { once } from "node:events";
import { existsSync, readdirSync, statSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import { status } from "@grpc/grpc-js";
import { describe, expect, test } from "vitest";
import { createCertificate } from "../../src/plugin/certificate.ts";
import { HealthService } from "../../src/plugin/gen/health.ts";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { connectTo } from "../support/host/connection.ts";
import { callFixture } from "./fixtures/call.ts";
import { launchFixture, launchFixtureProcess } from "./fixtures/launch.ts";

const none = {};

describe("an ordinary life", () => {
  test("answers the handshake, serves over mutual TLS and exits cleanly after Shutdown", async () => {
    await using plugin = await launchFixture();
    expect(plugin.handshake).toMatchObject({
      coreVersion: 1,
      protocolVersion: 6,
      network: "unix",
      protocol: "grpc",
    });
    expect(plugin.handshake.certificate).toBeDefined();
    const connection = plugin.connect();
    connection.openStreams();
    const schema = await connection.call(ProviderService.getProviderSchema, none);
    expect(schema.serverCapabilities?.getProviderSchemaOptional).toBe(true);
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stdout).toBe(`${await plugin.firstLine}\n`);
    expect(plugin.stderr).toBe("");
  });

  test("serves in plain text when the host asks for no TLS", async () => {
    await using plugin = await launchFixture({ tls: false });
    expect(await plugin.firstLine).toMatch(/^1\|6\|unix\|\/.*\|grpc\|$/);
    const connection = plugin.connect();
    expect(await callFixture(connection, "echo", "hello")).toBe("hello");
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("listens in a directory that nobody else can enter, and removes it", async () => {
    await using plugin = await launchFixture();
    const directory = dirname(plugin.handshake.address);
    expect(statSync(directory).mode & 0o777).toBe(0o700);
    await plugin.connect().shutdown();
    await plugin.exited;
    expect(existsSync(directory)).toBe(false);
    expect(readdirSync(plugin.temporaryDirectory)).toEqual([]);
  });

  test("answers Unimplemented where the provider has no method", async () => {
    await using plugin = await launchFixture();
    const call = plugin.connect().call(ProviderService.getMetadata, none);
    await expect(call).rejects.toMatchObject({ code: status.UNIMPLEMENTED });
  });

  test("listens on a port of the loopback interface where there are no unix sockets", async () => {
    await using plugin = await launchFixture({ variables: { FIXTURE_PLATFORM: "win32" } });
    expect(plugin.handshake).toMatchObject({
      network: "tcp",
      address: expect.stringMatching(/^127\.0\.0\.1:1\d{4}$/),
    });
    const connection = plugin.connect();
    connection.openStreams();
    expect(await callFixture(connection, "echo", "hello")).toBe("hello");
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("listens to nobody on a port but to the host that has launched it", async () => {
    await using plugin = await launchFixture({ variables: { FIXTURE_PLATFORM: "win32" } });
    const stranger = connectTo(plugin.handshake, await createCertificate("P-521"));
    const plain = connectTo({ ...plugin.handshake, certificate: undefined }, undefined);
    for (const connection of [stranger, plain]) {
      await expect(callFixture(connection, "echo", "mine")).rejects.toMatchObject({
        code: status.UNAVAILABLE,
      });
      connection.close();
    }
    expect(await callFixture(plugin.connect(), "echo", "the host's")).toBe("the host's");
  });

  test("leaves stdin alone, which is the user's terminal", async () => {
    await using plugin = await launchFixture({ keepStdin: true });
    // More than a pipe holds: it would all go if somebody read it.
    plugin.stdin.write("yes\n".repeat(100_000));
    expect(await callFixture(plugin.connect(), "echo", "hello")).toBe("hello");
    expect(plugin.stdin.writableLength).toBeGreaterThan(0);
    plugin.stdin.destroy();
    expect(await callFixture(plugin.connect(), "echo", "still here")).toBe("still here");
  });

  test("takes requests far above gRPC's usual 4 MiB", async () => {
    await using plugin = await launchFixture();
    const argument = "x".repeat(6_000_000);
    expect(await callFixture(plugin.connect(), "echo", argument)).toBe(argument);
  });
});

describe("health", () => {
  test.for(["plugin", ""])("says that the service %o is serving", async (service) => {
    await using plugin = await launchFixture();
    const connection = plugin.connect();
    expect(await connection.call(HealthService.check, { service })).toEqual({ status: 1 });
    const [first] = await once(connection.stream(HealthService.watch, { service }), "data");
    expect(first).toEqual({ status: 1 });
  });

  test("does not know other services", async () => {
    await using plugin = await launchFixture();
    const connection = plugin.connect();
    await expect(connection.call(HealthService.check, { service: "other" })).rejects.toMatchObject({
      code: status.NOT_FOUND,
      details: 'unknown service "other"',
    });
    const [first] = await once(connection.stream(HealthService.watch, { service: "other" }), "data");
    expect(first).toEqual({ status: 3 });
  });

  test("lists what it knows", async () => {
    await using plugin = await launchFixture();
    const answer = await plugin.connect().call(HealthService.list, none);
    expect(answer.statuses).toEqual(
      new Map([
        ["plugin", { status: 1 }],
        ["", { status: 1 }],
      ]),
    );
  });
});

/** Waiting times that no test sees the end of. */
const patient = { FIXTURE_LIMITS: '{"withoutClient":600000,"withoutStreams":600000}' };

describe("the end", () => {
  test("exits when the host is cut off", async () => {
    await using plugin = await launchFixture({
      variables: { FIXTURE_LIMITS: '{"withoutClient":600000,"withoutStreams":1}' },
    });
    const connection = plugin.connect();
    connection.openStreams();
    await callFixture(connection, "echo", "");
    connection.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(plugin.handshake.address)).toBe(false);
  });

  test("exits when the host is cut off in the middle of a call", async () => {
    await using plugin = await launchFixture({
      variables: { FIXTURE_LIMITS: '{"withoutClient":600000,"withoutStreams":1}' },
    });
    const connection = plugin.connect();
    connection.openStreams();
    await callFixture(connection, "echo", "");
    const hanging = callFixture(connection, "hang", "").catch((error: unknown) => error);
    connection.close();
    await hanging;
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("stays while one of the host's two streams is open", async () => {
    await using plugin = await launchFixture({
      variables: { FIXTURE_LIMITS: '{"withoutClient":600000,"withoutStreams":1}' },
    });
    const connection = plugin.connect();
    const { broker, stdio } = connection.openStreams();
    await callFixture(connection, "echo", "");
    const ended = new Promise((resolve) => broker.once("status", resolve));
    broker.cancel();
    await ended;
    expect(await callFixture(connection, "echo", "still here")).toBe("still here");
    stdio.cancel();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("exits when no host ever calls, although a silent connection is open", async () => {
    await using plugin = await launchFixture({
      variables: { FIXTURE_LIMITS: '{"withoutClient":300,"withoutStreams":1}' },
    });
    const socket = connect(plugin.handshake.address);
    await once(socket, "connect");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    socket.destroy();
  });

  test("exits after Shutdown although a silent and a half-open connection linger", async () => {
    await using plugin = await launchFixture({ variables: patient });
    const silent = connect(plugin.handshake.address);
    const halfOpen = connect({ path: plugin.handshake.address, allowHalfOpen: true });
    await Promise.all([once(silent, "connect"), once(halfOpen, "connect")]);
    halfOpen.end(Buffer.from("16030100", "hex"));
    const connection = plugin.connect();
    connection.openStreams();
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    silent.destroy();
    halfOpen.destroy();
  });

  test("exits after Shutdown although the host never closes its connection", async () => {
    await using plugin = await launchFixture({ variables: patient });
    const connection = plugin.connect();
    connection.openStreams();
    const other = plugin.connect();
    other.openStreams();
    await callFixture(other, "echo", "");
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test.for([
    ["Ctrl-C", "SIGINT", "linux"],
    ["the end of the terminal", "SIGHUP", "linux"],
    ["Ctrl-C on Windows", "SIGINT", "win32"],
    ["the end of the terminal on Windows", "SIGHUP", "win32"],
  ] as const)("ignores %s, which is the host's to handle", async ([, signal, platform]) => {
    await using plugin = await launchFixture({ variables: { FIXTURE_PLATFORM: platform } });
    const connection = plugin.connect();
    connection.openStreams();
    plugin.kill(signal);
    plugin.kill(signal);
    expect(await callFixture(connection, "echo", "alive")).toBe("alive");
    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("removes its socket when it is ended by SIGTERM", async () => {
    await using plugin = await launchFixture();
    plugin.kill("SIGTERM");
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(existsSync(dirname(plugin.handshake.address))).toBe(false);
  });
});

describe("an error that is caught nowhere", () => {
  test.for(["throw", "reject"])("ends the process with one clear line (%s)", async (how) => {
    await using plugin = await launchFixture();
    const connection = plugin.connect();
    connection.openStreams();
    await expect(callFixture(connection, how, "out of luck")).rejects.toMatchObject({
      code: status.UNAVAILABLE,
    });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.log).toEqual([
      expect.objectContaining({
        "@level": "error",
        "@message":
          "The provider ends because of an error of its own. This is a bug, please report it: out of luck",
      }),
    ]);
    expect(plugin.stdout).toBe(`${await plugin.firstLine}\n`);
  });
});

describe("a start that fails", async () => {
  const name = "terraform-provider-fixture";
  test.for([
    {
      what: "no common protocol version",
      options: { protocolVersions: "4,5" },
      line: `${name}: this host offers version 4, 5 of the plugin protocol, but the provider needs version 6: use OpenTofu, or Terraform 1.0 or newer`,
    },
    {
      what: "a client certificate that does not parse",
      options: { clientCertificate: "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n" },
      line: `${name}: PLUGIN_CLIENT_CERT does not hold a certificate in PEM form: refusing to serve without it`,
    },
    {
      what: "a host without TLS where there are no unix sockets",
      options: { variables: { FIXTURE_PLATFORM: "win32" } },
      line: `${name}: this host wants no TLS (PLUGIN_CLIENT_CERT is not set), and without it every user of this Windows machine could use the provider and its credentials: take TF_DISABLE_PLUGIN_TLS out of the environment, or use OpenTofu, or Terraform 1.0 or newer`,
    },
    {
      what: "services that cannot be added",
      options: { variables: { FIXTURE_FAILURE: "throw" } },
      line: `${name}: cannot start: no luck today / at all`,
    },
    {
      what: "a certificate that cannot be made",
      options: {
        clientCertificate: (await createCertificate()).certificatePem,
        variables: { FIXTURE_FAILURE: "no certificate" },
      },
      line: `${name}: cannot start: no keys today`,
    },
    {
      what: "an error that nobody catches",
      options: { variables: { FIXTURE_FAILURE: "throw later" } },
      line: `${name}: cannot start: no luck later`,
    },
    {
      what: "a socket directory that does not exist",
      options: { variables: { PLUGIN_UNIX_SOCKET_DIR: "/does/not/exist" } },
      line: `${name}: no directory for the plugin's socket (/does/not/exist: ENOENT: no such file or directory, mkdtemp '/does/not/exist/plugin-XXXXXX'): set TMPDIR to a short, writable one`,
    },
  ])("is one line for the user: $what", async ({ options, line }) => {
    await using plugin = launchFixtureProcess(options);
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout).toBe(`${line}\n`);
    expect(plugin.stderr).toBe("");
    expect(readdirSync(plugin.temporaryDirectory)).toEqual([]);
  });

  test("is explained to a person who runs the program", async () => {
    await using plugin = launchFixtureProcess({ variables: { TF_PLUGIN_MAGIC_COOKIE: undefined } });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stdout).toBe("");
  });
});
