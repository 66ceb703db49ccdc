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
    const { state, diagnostics } = await connection.call(ProviderService.readDataSource, {
      typeName,
      config,
      providerMeta: undefined,
      clientCapabilities: undefined,
    });
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
