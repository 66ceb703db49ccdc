/** What a host asks to configure the provider, and to read one of its data sources. */
import type { CtyValue } from "../../../src/cty/value.ts";
import { createProvider } from "../../../src/provider/provider.ts";
import { Secrets } from "../../../src/proxmox/secrets.ts";
import {
  type ConfigureProvider_Request,
  ProviderService,
  type ReadDataSource_Request,
  type ReadDataSource_Response,
} from "../../../src/tfplugin6/gen/tfplugin6.ts";
import type { HostConnection } from "./connection.ts";
import { dynamicValueOf } from "./dynamic-value.ts";
import type { LaunchedPlugin } from "./launch.ts";

const { attributes, dataSources } = createProvider({
  version: "0.0.0",
  environment: {},
  secrets: new Secrets(),
});

/** Values of a block by their names; those that are not given are null. */
type Values = Readonly<Record<string, CtyValue>>;

export function configureRequest(values: Values): ConfigureProvider_Request {
  return { terraformVersion: "1.12.6", config: dynamicValueOf(attributes, values) };
}

/** @param name Of the data source, without that of the provider. @throws {Error} When there is none */
export function readRequest(name: string, values: Values): ReadDataSource_Request {
  const source = dataSources.find((candidate) => candidate.name === name);
  if (source === undefined) throw new Error(`The provider has no data source ${name}.`);
  return { typeName: `gpuhost_${name}`, config: dynamicValueOf(source.attributes, values) };
}

/** Connects as a host does, and lets the environment configure the provider. */
export async function configuredConnection(plugin: LaunchedPlugin): Promise<HostConnection> {
  const connection = plugin.connect();
  connection.openStreams();
  await connection.call(ProviderService.configureProvider, configureRequest({}));
  return connection;
}

/** Reads all devices. @param signal cancels the call */
export function readDevices(
  connection: HostConnection,
  signal?: AbortSignal,
): Promise<ReadDataSource_Response> {
  return connection.call(ProviderService.readDataSource, readRequest("pci_devices", {}), signal);
}
