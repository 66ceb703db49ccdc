import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatReattach, settingLines } from "../../src/plugin/reattach.ts";
import { connectTo, type HostConnection } from "../support/host/connection.ts";
import { launchProcess } from "../support/host/launch.ts";
import { callFixture } from "./fixtures/call.ts";
import { fixtureCommand, launchFixtureProcess } from "./fixtures/launch.ts";

const address = "registry.opentofu.org/gpuhost/fixture";

interface ReattachEntry {
  readonly Protocol: string;
  readonly ProtocolVersion: number;
  readonly Pid: number;
  readonly Test: boolean;
  readonly Addr: { readonly Network: "unix" | "tcp"; readonly String: string };
}

/** Starts the fixture as a person would, and reads what it prints. */
async function launchForReattach(platform: NodeJS.Platform = "linux") {
  const plugin = launchFixtureProcess({
    arguments: [...fixtureCommand.arguments, "-debug"],
    variables: { TF_PLUGIN_MAGIC_COOKIE: undefined, FIXTURE_PLATFORM: platform },
  });
  await plugin.printed(/TF_REATTACH_PROVIDERS='.*'\n/m);
  const entry = entryIn(plugin.stdout);
  return { plugin, entry, connect: () => connectionTo(entry) };
}

function entryIn(stdout: string): ReattachEntry {
  const value = /TF_REATTACH_PROVIDERS='(.*)'$/m.exec(stdout)?.[1] ?? "";
  const entry = (JSON.parse(value) as { [name: string]: ReattachEntry })[address];
  if (entry === undefined) throw new Error(`no entry for ${address} in ${value}`);
  return entry;
}

function connectionTo({ Addr, ProtocolVersion }: ReattachEntry): HostConnection {
  const { Network: network, String: address } = Addr;
  return connectTo(
    {
      coreVersion: 1,
      protocolVersion: ProtocolVersion,
      network,
      address,
      protocol: "grpc",
      certificate: undefined,
    },
    undefined,
  );
}

describe("serving for a debugger", () => {
  test("prints how hosts find the process", async () => {
    const { plugin, entry } = await launchForReattach();
    await using _ = plugin;
    expect(entry).toEqual({
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: plugin.pid,
      Test: true,
      Addr: { Network: "unix", String: expect.stringMatching(/^\//) },
    });
  });

  test("serves several hosts, one after another and at once, whether they say goodbye or not", async () => {
    const { plugin, connect } = await launchForReattach();
    await using _ = plugin;
    for (const name of ["first", "second"]) {
      const connection = connect();
      connection.openStreams();
      expect(await callFixture(connection, "echo", name)).toBe(name);
      connection.close();
    }
    const [one, other] = [connect(), connect()];
    expect(await Promise.all([callFixture(one, "echo", "1"), callFixture(other, "echo", "2")])).toEqual([
      "1",
      "2",
    ]);
    one.close();
    other.close();
  });

  test("says on a port what it risks, where it is told how hosts find the process", async () => {
    const { plugin, entry, connect } = await launchForReattach("win32");
    await using _ = plugin;
    expect(entry.Addr).toEqual({ Network: "tcp", String: expect.stringMatching(/^127\.0\.0\.1:\d+$/) });
    expect(plugin.stderr).toBe(
      `Warning: this listens on ${entry.Addr.String} without TLS, since hosts that reattach know none. Until it ends, every program of every\n` +
        "user of this machine can use it: read what your credentials can read, and have the credentials in its environment\n" +
        "(PROXMOX_VE_…, GPUHOST_…) sent to a server of its choice. Use a token that only reads (PVEAuditor) and can be taken back, where nobody\n" +
        "else works, and end it when you are done. On Linux, macOS and in WSL the socket lies in a directory that is yours alone.\n\n",
    );
    const json = JSON.stringify({ [address]: entry });
    await plugin.printed(/Command Prompt.*\n/);
    expect(plugin.stdout).toBe(
      "The provider is running. Set this where you run OpenTofu or Terraform, and press Ctrl-C here to end it:\n\n" +
        `PowerShell:      $env:TF_REATTACH_PROVIDERS='${json}'\n` +
        `Command Prompt:  set "TF_REATTACH_PROVIDERS=${json}"\n`,
    );
    const connection = connect();
    expect(await callFixture(connection, "echo", "hello")).toBe("hello");
    connection.close();
  });

  test("has nothing to warn of where a directory guards the socket", async () => {
    const { plugin } = await launchForReattach();
    await using _ = plugin;
    expect(plugin.stderr).toBe("");
  });

  test.for([
    ["darwin", "SIGINT"],
    ["darwin", "SIGTERM"],
    ["win32", "SIGINT"],
    ["win32", "SIGHUP"],
  ] as const)("ends on %s with %s", async ([platform, signal]) => {
    const { plugin } = await launchForReattach(platform);
    await using _ = plugin;
    plugin.kill(signal);
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test.for(["SIGINT", "SIGTERM"] as const)("ends with %s and leaves nothing behind", async (signal) => {
    const { plugin, entry, connect } = await launchForReattach();
    await using _ = plugin;
    const connection = connect();
    connection.openStreams();
    await callFixture(connection, "echo", "");
    plugin.kill(signal);
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(existsSync(entry.Addr.String)).toBe(false);
    connection.close();
  });
});

test("stays, as under nohup, when a terminal ends that is not its own", async () => {
  const { plugin, connect } = await launchForReattach();
  await using _ = plugin;
  plugin.kill("SIGHUP");
  const connection = connect();
  expect(await callFixture(connection, "echo", "still here")).toBe("still here");
  connection.close();
});

describe("on a full disk", () => {
  // Writing to it always fails, as on a disk that is full.
  const launchWith = (redirection: string) =>
    launchProcess({
      command: "sh",
      arguments: [
        "-c",
        `exec "$@" ${redirection}`,
        "sh",
        fixtureCommand.command,
        ...fixtureCommand.arguments,
        "-debug",
      ],
      variables: { TF_LOG: "trace" },
    });

  test.runIf(existsSync("/dev/full"))("says that hosts cannot be told where it is", async () => {
    await using plugin = launchWith("> /dev/full");
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stderr).toBe(
      "What hosts need to find this process cannot be printed: ENOSPC: no space left on device, write\n",
    );
    expect(readdirSync(plugin.temporaryDirectory)).toEqual([]);
  });

  test.runIf(existsSync("/dev/full"))("serves although it cannot write its log", async () => {
    await using plugin = launchWith("2> /dev/full");
    await plugin.printed(/TF_REATTACH_PROVIDERS='.*'\n/m);
    const connection = connectionTo(entryIn(plugin.stdout));
    expect(await callFixture(connection, "log", "unheard")).toBe("");
    expect(await callFixture(connection, "echo", "still here")).toBe("still here");
    connection.close();
  });
});

test("a TCP address is written as Go reads it", () => {
  expect(JSON.parse(formatReattach("h/n/t", { network: "tcp", host: "127.0.0.1", port: 7 }, 42))).toEqual({
    "h/n/t": {
      Protocol: "grpc",
      ProtocolVersion: 6,
      Pid: 42,
      Test: true,
      Addr: { Network: "tcp", String: "127.0.0.1:7" },
    },
  });
});

test("a quote in a path does not end the value", () => {
  const value = `{"a":"/tmp/it's"}`;
  const line = settingLines(value, "linux");
  const script = `${line.trimEnd()}; printf %s "$TF_REATTACH_PROVIDERS"`;
  expect(execFileSync("sh", ["-c", script], { encoding: "utf8" })).toBe(value);
  expect(settingLines(value, "win32")).toContain(`'{"a":"/tmp/it''s"}'`);
});
