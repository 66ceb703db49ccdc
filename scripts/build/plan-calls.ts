/** What OpenTofu asks of the provider in a plan, as bytes: for hosts of any language. */
import { createProvider } from "../../src/provider/provider.ts";
import { Secrets } from "../../src/proxmox/secrets.ts";
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import type { UnaryMethod } from "../../test/support/host/connection.ts";
import { dynamicValueOf } from "../../test/support/host/dynamic-value.ts";
import type { PveStandIn } from "../../test/support/pve/stand-in.ts";

const DATA_SOURCE = "pci_devices";

export interface PreparedCall {
  /** `/SERVICE/METHOD`. */
  readonly path: string;
  readonly request: Buffer;
}

export interface PlanCalls {
  /** In order. */
  readonly before: readonly PreparedCall[];
  /** One of them, which asks Proxmox nothing. */
  readonly quick: PreparedCall;
  /** Reads the GPUs of the stand-in. */
  readonly read: PreparedCall;
}

export function planCalls(pve: Pick<PveStandIn, "endpoint" | "tokens" | "caPem">): PlanCalls {
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
  const quick = prepared(ProviderService.validateProviderConfig, { config: configuration });
  return {
    before: [
      prepared(ProviderService.getProviderSchema, {}),
      quick,
      prepared(ProviderService.validateDataResourceConfig, { typeName, config }),
      prepared(ProviderService.configureProvider, {
        terraformVersion: "1.12.6",
        config: configuration,
        clientCapabilities: undefined,
      }),
    ],
    quick,
    read: prepared(ProviderService.readDataSource, {
      typeName,
      config,
      providerMeta: undefined,
      clientCapabilities: undefined,
    }),
  };
}

/**
 * What the read answered, as MessagePack.
 *
 * @throws {Error} When it has read nothing, with its diagnostics.
 */
export function stateOf(answer: Buffer): Buffer {
  const { state, diagnostics } = ProviderService.readDataSource.responseDeserialize(answer);
  if (state === undefined)
    throw new Error(`Reading failed: ${diagnostics.map(({ detail }) => detail).join("; ")}`);
  return state.msgpack;
}

function prepared<Request, Response>(
  method: UnaryMethod<Request, Response>,
  request: NoInfer<Request>,
): PreparedCall {
  return { path: method.path, request: method.requestSerialize(request) };
}
