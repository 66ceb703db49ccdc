import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { formatReattach } from "../../src/plugin/reattach.ts";
import { connectTo } from "../support/host/connection.ts";
import { callFixture } from "./fixtures/call.ts";
import { fixtureCommand, launchFixtureProcess } from "./fixtures/launch.ts";

const address = "registry.opentofu.org/gpuhost/fixture";

interface ReattachEntry {
  readonly Protocol: string;
  readonly ProtocolVersion: number;
  readonly Pid: number;
  readonly Test: boolean;
  readonly Addr: { readonly Network: "unix"; readonly String: string };
}

/** Starts the fixture as a person would, and reads what it prints. */
async function launchForReattach() {
  const plugin = launchFixtureProcess({
    arguments: [...fixtureCommand.arguments, "-debug"],
    variables: { TF_PLUGIN_MAGIC_COOKIE: undefined },
  });
  await plugin.printed(/^TF_REATTACH_PROVIDERS='.*'\n/m);
  const value = /^TF_REATTACH_PROVIDERS='(.*)'$/m.exec(plugin.stdout)?.[1] ?? "";
  const entry = (JSON.parse(value) as { [name: string]: ReattachEntry })[address];
  if (entry === undefined) throw new Error(`no entry for ${address} in ${value}`);
  const connect = () =>
    connectTo(
      {
        coreVersion: 1,
        protocolVersion: entry.ProtocolVersion,
        network: entry.Addr.Network,
        address: entry.Addr.String,
        protocol: entry.Protocol,
        certificate: undefined,
      },
      undefined,
    );
  return { plugin, entry, connect };
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
