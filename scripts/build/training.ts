/**
 * Runs a plugin through what OpenTofu asks of it in a plan, against a Proxmox stand-in, so that V8
 * compiles what a plan needs.
 */
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import { dynamicValueOf } from "../../test/support/host/dynamic-value.ts";
import { launchPlugin } from "../../test/support/host/launch.ts";
import { startPve } from "../../test/support/pve/stand-in.ts";

const DATA_SOURCE = "pci_devices";

/** Variables of the builder's own that would change what the plugin does. */
const FOREIGN = /^(PROXMOX_VE_|GPUHOST_|TF_|NODE_|SSL_CERT_|https?_proxy$|no_proxy$|all_proxy$)/i;

/**
 * What has run in the end must not depend on chance, or no two builds are the same. Of two answers that come at about the same
 * time, one may find its connection idle for a moment, and undici then does more for the next request. So one answer is held
 * back until the plugin has answered two calls: by then its event loop has gone round, and the other connection is idle for sure.
 *
 * @param command An executable and its arguments; the plugin has to run in it.
 * @param variables More of its environment.
 * @throws {Error} When the plugin does not do what it is asked for.
 */
export async function train(
  command: string,
  args: readonly string[],
  variables: { readonly [name: string]: string } = {},
): Promise<void> {
  const pve = await startPve();
  try {
    await using plugin = await launchPlugin({
      command,
      arguments: args,
      variables: { ...withoutForeign(), ...variables },
    });
    const connection = plugin.connect();
    connection.openStreams();
    const provider = createProvider({ version: "0.0.0", environment: {}, secrets: new Secrets() });
    const source = provider.dataSources.find(({ name }) => name === DATA_SOURCE);
    if (source === undefined) throw new Error(`The provider has no data source ${DATA_SOURCE}.`);
    const typeName = `gpuhost_${DATA_SOURCE}`;
    const configuration = dynamicValueOf(provider.attributes, {
      endpoint: pve.endpoint,
      api_token: pve.tokens.discovery,
      ca_pem: pve.caPem,
    });
    const config = dynamicValueOf(source.attributes, { classes: ["gpu"], unreachable_nodes: "warn" });

    const { getProviderSchema, validateProviderConfig, configureProvider } = ProviderService;
    await connection.call(getProviderSchema, {});
    await connection.call(validateProviderConfig, { config: configuration });
    await connection.call(ProviderService.validateDataResourceConfig, { typeName, config });
    await connection.call(configureProvider, {
      terraformVersion: "1.12.6",
      config: configuration,
      clientCapabilities: undefined,
    });
    const held = Promise.withResolvers<void>();
    pve.faults.add({ kind: "hold", until: held.promise }, { path: "/version" });
    const reading = connection.call(ProviderService.readDataSource, {
      typeName,
      config,
      providerMeta: undefined,
      clientCapabilities: undefined,
    });
    const nodes = pve.requests.waitFor(({ path, status }) => path === "/nodes" && status !== null);
    await Promise.race([nodes, reading]);
    for (let turn = 0; turn < 2; turn += 1)
      await connection.call(validateProviderConfig, { config: configuration });
    held.resolve();
    const { state, diagnostics } = await reading;
    if (state === undefined)
      throw new Error(`Reading failed: ${diagnostics.map(({ detail }) => detail).join("; ")}`);
    await connection.shutdown();
    const { code, signal } = await plugin.exited;
    if (code !== 0) throw new Error(`The plugin ended with ${code ?? signal}: ${plugin.stderr}`);
  } finally {
    await pve.close();
  }
}

function withoutForeign(): Record<string, undefined> {
  const names = Object.keys(process.env).filter((name) => FOREIGN.test(name));
  return Object.fromEntries(names.map((name) => [name, undefined]));
}
