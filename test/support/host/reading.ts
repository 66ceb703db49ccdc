/** A provider that its environment configures, and a read of all devices. */
import { createProvider } from "../../../src/provider/provider.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import { ProviderService, type ReadDataSource_Response } from "../../../src/tfplugin6/gen/tfplugin6.ts";
import type { HostConnection } from "./connection.ts";
import { dynamicValueOf } from "./dynamic-value.ts";
import type { LaunchedPlugin } from "./launch.ts";

const { attributes, dataSources } = createProvider({
  version: "0.0.0",
  environment: {},
  secrets: new Secrets(),
});
const NAME = "pci_devices";

/** Connects as a host does, and configures the provider. */
export async function configuredConnection(plugin: LaunchedPlugin): Promise<HostConnection> {
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.configureProvider, {
    terraformVersion: "1.12.6",
    config: dynamicValueOf(attributes, {}),
    clientCapabilities: undefined,
  });
  return connection;
}

/** @param signal cancels the call */
export function readDevices(
  connection: HostConnection,
  signal?: AbortSignal,
): Promise<ReadDataSource_Response> {
  const source = dataSources.find(({ name }) => name === NAME);
  if (source === undefined) throw new Error(`The provider has no data source ${NAME}.`);
  const request = {
    typeName: `gpuhost_${NAME}`,
    config: dynamicValueOf(source.attributes, {}),
    providerMeta: undefined,
    clientCapabilities: undefined,
  };
  return connection.call(ProviderService.readDataSource, request, signal);
}
