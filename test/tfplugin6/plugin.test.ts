import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { launchPlugin } from "../support/host/launch.ts";

/** {"endpoint":"pve1","token":null} in MessagePack. */
const CONFIGURATION = {
  msgpack: Buffer.from("82a8656e64706f696e74a470766531a5746f6b656ec0", "hex"),
  json: Buffer.alloc(0),
};

describe("a provider made with the framework", () => {
  it("serves a host that launches it, from the handshake to Shutdown", async () => {
    await using plugin = await launchPlugin({
      command: process.execPath,
      arguments: [join(import.meta.dirname, "fixtures/zoo-plugin.ts")],
    });
    const connection = plugin.connect();
    connection.openStreams();

    const schema = await connection.call(ProviderService.getProviderSchema, {});
    expect([...schema.dataSourceSchemas.keys()]).toEqual(["zoo_animals", "zoo_old"]);

    const configured = await connection.call(ProviderService.configureProvider, {
      terraformVersion: "1.13.0",
      config: CONFIGURATION,
      clientCapabilities: undefined,
    });
    expect(configured).toEqual({ diagnostics: [] });

    const { state, diagnostics } = await connection.call(ProviderService.readDataSource, {
      typeName: "zoo_old",
      config: undefined,
      providerMeta: undefined,
      clientCapabilities: undefined,
    });
    expect(diagnostics).toEqual([]);
    expect(state?.msgpack.toString("hex")).toBe("80");

    await connection.shutdown();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr).toBe("");
  });
});
