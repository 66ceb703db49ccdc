import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { fixtureCommand, launchFixtureProcess } from "./fixtures/launch.ts";
import { GO_PLUGIN_VERSIONS, GoHost, type GoPluginVersion } from "./hosts/host.ts";

const command = [fixtureCommand.command, ...fixtureCommand.arguments];
const patient = { FIXTURE_LIMITS: '{"withoutClient":600000,"withoutStreams":600000}' };

/** The first build compiles gRPC for Go. */
const BUILD_TIMEOUT = 900_000;

describe.for(Object.keys(GO_PLUGIN_VERSIONS) as GoPluginVersion[])("a host with go-plugin %s", (version) => {
  const host = new GoHost();
  beforeAll(() => host.build(version), BUILD_TIMEOUT);
  afterAll(() => host.remove());

  const healthy = { Version: 6, Protocol: "grpc", Exited: true, SchemaBytes: expect.toSatisfy((n) => n > 0) };

  test.for([true, false])("launches, pings, calls and ends the plugin (TLS %o)", async (tls) => {
    const report = await host.run({ command, tls });
    expect(report).toMatchObject(healthy);
    expect(report.Error).toBeUndefined();
    expect(messages(report)).not.toContain("plugin failed to exit gracefully");
  });

  test("reaches a plugin on a TCP port, as on Windows", async () => {
    const report = await host.run({ command, variables: { FIXTURE_PLATFORM: "win32" } });
    expect(report).toMatchObject(healthy);
    expect(report.Error).toBeUndefined();
  });

  test("ends the plugin in time although other connections linger", async () => {
    const report = await host.run({ command, scenario: "lingering-connections", variables: patient });
    expect(report).toMatchObject(healthy);
    expect(messages(report)).not.toContain("plugin failed to exit gracefully");
  });

  test("and the plugin both outlive Ctrl-C", async () => {
    const report = await host.run({ command, scenario: "interrupt" });
    expect(report).toMatchObject(healthy);
    expect(report.Error).toBeUndefined();
    expect(messages(report)).not.toContain("plugin failed to exit gracefully");
  });

  test.for(["die-before-connecting", "die-in-call"] as const)(
    "does not leave the plugin behind (%s)",
    async (scenario) => {
      const report = await host.run({ command, scenario, variables: patient });
      expect(report.Pid).toBeGreaterThan(0);
      // The plugin removes its socket when it exits.
      await expect.poll(() => host.pluginDirectories(), { timeout: 10_000 }).toEqual([]);
    },
  );

  test("finds the plugin although the temporary directory has a very long path", async () => {
    const parent = mkdtempSync(join(tmpdir(), "long-"));
    const directory = join(parent, "d".repeat(120));
    mkdirSync(directory);
    const report = await host.run({ command, variables: { TMPDIR: directory } });
    expect(report).toMatchObject(healthy);
    expect(readdirSync(directory)).toEqual([]);
    rmSync(parent, { recursive: true });
  });

  test("gets the plugin's log lines with their levels", async () => {
    const report = await host.run({ command, variables: { TF_LOG: "debug" } });
    expect(report.Log).toContainEqual(
      expect.objectContaining({
        "@level": "debug",
        "@message": "serving",
        "@module": expect.stringContaining("provider"),
        network: "unix",
        tls: true,
      }),
    );
  });

  test("reads a certificate of every length", async () => {
    // The lengths of serial number and signature vary, and with them whether base64 would be padded.
    for (let launch = 0; launch < 8; launch += 1) {
      expect(await host.run({ command })).toMatchObject(healthy);
    }
  });

  test("reattaches to a plugin that a person has started, again and again", async () => {
    const plugin = launchFixtureProcess({ arguments: [...fixtureCommand.arguments, "-debug"] });
    await using _ = plugin;
    await plugin.printed(/^TF_REATTACH_PROVIDERS='.*'\n/m);
    const value = /^TF_REATTACH_PROVIDERS='(.*)'$/m.exec(plugin.stdout)?.[1] ?? "";
    for (const reattach of Object.values(JSON.parse(value) as { [name: string]: object })) {
      for (const time of ["first", "second"]) {
        const report = await host.run({ reattach, tls: false });
        expect(report, time).toMatchObject({ Protocol: "grpc", SchemaBytes: healthy.SchemaBytes });
        expect(report.Error).toBeUndefined();
      }
    }
    plugin.kill("SIGTERM");
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("shows the user why the plugin does not start", async () => {
    const report = await host.run({ command, variables: { FIXTURE_FAILURE: "throw" } });
    expect(report.Error).toContain(
      "Unrecognized remote plugin message: terraform-provider-fixture: cannot start: no luck today / at all",
    );
  });
});

function messages(report: {
  readonly Log: readonly { readonly [key: string]: unknown }[] | null;
}): unknown[] {
  return (report.Log ?? []).map((line) => line["@message"]);
}
