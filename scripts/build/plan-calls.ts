/** The calls of OpenTofu in a plan, as bytes: for hosts in any language. */
import { ProviderService } from "../../src/tfplugin6/gen/tfplugin6.ts";
import type { UnaryMethod } from "../../test/support/host/connection.ts";
import { configureRequest, readRequest } from "../../test/support/host/reading.ts";
import type { PveStandIn } from "../../test/support/pve/stand-in.ts";

export interface PreparedCall {
  /** `/SERVICE/METHOD`. */
  readonly path: string;
  readonly request: Buffer;
}

export interface PlanCalls {
  /** In order. */
  readonly before: readonly PreparedCall[];
  /** One of the calls, which asks Proxmox nothing. */
  readonly quick: PreparedCall;
  /** Reads the GPUs of the stand-in. */
  readonly read: PreparedCall;
}

export function planCalls(pve: Pick<PveStandIn, "endpoint" | "tokens" | "caPem">): PlanCalls {
  const configure = configureRequest({
    endpoint: pve.endpoint,
    api_token: pve.tokens.discovery,
    ca_pem: pve.caPem,
  });
  const read = readRequest("pci_devices", { classes: ["gpu"], unreachable_nodes: "warn" });
  const quick = prepared(ProviderService.validateProviderConfig, { config: configure.config });
  return {
    before: [
      prepared(ProviderService.getProviderSchema, {}),
      quick,
      prepared(ProviderService.validateDataResourceConfig, { typeName: read.typeName, config: read.config }),
      prepared(ProviderService.configureProvider, configure),
    ],
    quick,
    read: prepared(ProviderService.readDataSource, read),
  };
}

/**
 * The state in the answer to a read, as MessagePack.
 *
 * @throws {Error} When nothing was read, with its diagnostics.
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
