import { describe, expect, test } from "vitest";
import type { LaunchedPlugin } from "../support/host/launch.ts";
import { callFixture } from "./fixtures/call.ts";
import { launchFixture } from "./fixtures/launch.ts";

/** Calls functions one after another and ends the plugin, so that all its output is there. */
async function callAndShutDown(
  plugin: LaunchedPlugin,
  ...calls: readonly (readonly [name: string, argument: string])[]
): Promise<unknown[]> {
  const connection = plugin.connect();
  const answers: unknown[] = [];
  for (const [name, argument] of calls) answers.push(await callFixture(connection, name, argument));
  await connection.shutdown();
  await plugin.exited;
  return answers;
}

describe("stderr", () => {
  test.for([
    [undefined, ["warn", "error"]],
    ["info", ["info", "warn", "error"]],
    ["off", []],
  ] as const)("has the log with TF_LOG=%s", async ([level, levels]) => {
    await using plugin = await launchFixture({ variables: { TF_LOG: level } });
    await callAndShutDown(plugin, ["log", "hello"]);
    expect(plugin.log).toEqual(
      levels.map((name) => ({
        "@level": name,
        "@module": "provider",
        "@timestamp": expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/),
        "@message": `${name}: hello`,
        argument: "hello",
        count: 1,
      })),
    );
  });

  test("never has a secret, at the most detailed level", async () => {
    await using plugin = await launchFixture({ variables: { TF_LOG: "trace", FIXTURE_SECRET: "hunter2" } });
    await callAndShutDown(plugin, ["log", "hunter2"], ["print", "hunter2"], ["warn", "hunter2"]);
    expect(plugin.stderr).toContain("[secret]");
    expect(plugin.stderr).not.toContain("hunter2");
  });

  test("has nothing but log lines, also when Node warns of something", async () => {
    await using plugin = await launchFixture({ variables: { TF_LOG: "debug" } });
    await callAndShutDown(plugin, ["warn", "panic: just a warning"]);
    expect(plugin.log).toContainEqual(
      expect.objectContaining({ "@message": "warning of the runtime", warning: "panic: just a warning" }),
    );
  });
});

test("stderr has nothing but log lines, also when the environment asks for gRPC's traces", async () => {
  await using plugin = await launchFixture({
    variables: { TF_LOG: "debug", GRPC_VERBOSITY: "DEBUG", GRPC_TRACE: "all" },
  });
  await callAndShutDown(plugin, ["echo", "hello"]);
  expect(plugin.log).toContainEqual(expect.objectContaining({ "@level": "debug", "@message": "gRPC" }));
});

describe("stdout", () => {
  test("has nothing after the handshake line, whatever a library prints", async () => {
    await using plugin = await launchFixture({ variables: { TF_LOG: "debug" } });
    expect(await callAndShutDown(plugin, ["print", "x".repeat(70_000)])).toEqual(["printed"]);
    expect(plugin.stdout).toBe(`${await plugin.firstLine}\n`);
    const printed = plugin.log.filter((line) => line["@message"] === "printed to stdout");
    expect(printed.map((line) => String(line["text"]).slice(0, 3))).toEqual(["xxx", "xxx"]);
  });
});

test("a host that reads neither stdout nor stderr any more does not stop the plugin", async () => {
  await using plugin = await launchFixture({ variables: { TF_LOG: "trace" } });
  const connection = plugin.connect();
  connection.openStreams();
  plugin.closePipes();
  await callFixture(connection, "log", "into the void");
  expect(await callFixture(connection, "echo", "alive")).toBe("alive");
  await connection.shutdown();
  expect(await plugin.exited).toEqual({ code: 0, signal: null });
});
