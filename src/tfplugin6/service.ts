/** The service `tfplugin6.Provider`, version 6.10, for a provider written with the framework. */
import type { ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Attributes } from "../framework/attribute.ts";
import type { Logger } from "../framework/logger.ts";
import type { Provider } from "../framework/provider.ts";
import { ProviderServer } from "../framework/provider-server.ts";
import { callFunction } from "./call-function.ts";
import { configureProvider } from "./configure-provider.ts";
import {
  type CallFunction_Request,
  type ConfigureProvider_Request,
  ProviderService,
  type ReadDataSource_Request,
  type ValidateDataResourceConfig_Request,
  type ValidateProviderConfig_Request,
} from "./gen/tfplugin6.ts";
import { getFunctions } from "./get-functions.ts";
import { getMetadata } from "./get-metadata.ts";
import { getProviderSchema } from "./get-provider-schema.ts";
import { getResourceIdentitySchemas } from "./get-resource-identity-schemas.ts";
import { readDataSource, serializeReadDataSource } from "./read-data-source.ts";
import { type RpcContext, type RpcHandler, unaryRpc } from "./rpc.ts";
import { stopProvider } from "./stop-provider.ts";
import { unimplementedRpcs } from "./unimplemented.ts";
import { validateDataResourceConfig } from "./validate-data-resource-config.ts";
import { validateProviderConfig } from "./validate-provider-config.ts";

export interface ProviderServiceOptions {
  readonly logger: Logger;
  /** Milliseconds on a clock that never goes back, such as `performance.now`. */
  readonly clock: () => number;
  /** Takes secrets out of every text that leaves in a diagnostic or an error. Default: texts leave as they are. */
  readonly scrub?: (text: string) => string;
}

/** What `server.addService` of grpc-js takes. */
export interface ProviderServiceParts {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/**
 * Makes the service of a provider. Every RPC has a handler in a file of its own; those that concern what the provider
 * does not have answer Unimplemented.
 */
export function createProviderService<A extends Attributes, I>(
  provider: Provider<A, I>,
  { logger, clock, scrub = (text) => text }: ProviderServiceOptions,
): ProviderServiceParts {
  const server = new ProviderServer<I>(provider, { logger, scrub });
  let requests = 0;
  const context: RpcContext = { logger, clock, scrub, nextRequestId: () => ++requests };
  const rpc = <Q, S>(name: string, handle: RpcHandler<Q, S>) => unaryRpc(name, handle, context);
  const schema = once(() => getProviderSchema(server));

  const implementation: UntypedServiceImplementation = {
    getMetadata: rpc("GetMetadata", () => getMetadata(server)),
    getProviderSchema: rpc("GetProviderSchema", schema),
    getResourceIdentitySchemas: rpc("GetResourceIdentitySchemas", getResourceIdentitySchemas),
    getFunctions: rpc("GetFunctions", () => getFunctions(server)),
    validateProviderConfig: rpc("ValidateProviderConfig", (request: ValidateProviderConfig_Request) =>
      validateProviderConfig(request, server),
    ),
    configureProvider: rpc("ConfigureProvider", (request: ConfigureProvider_Request, signal) =>
      configureProvider(request, server, signal),
    ),
    validateDataResourceConfig: rpc(
      "ValidateDataResourceConfig",
      (request: ValidateDataResourceConfig_Request) => validateDataResourceConfig(request, server),
    ),
    readDataSource: rpc("ReadDataSource", (request: ReadDataSource_Request, signal) =>
      readDataSource(request, server, signal),
    ),
    callFunction: rpc("CallFunction", (request: CallFunction_Request) => callFunction(request, server)),
    stopProvider: rpc("StopProvider", () => stopProvider(server)),
  };
  // The schema never changes: on reattach, where every command asks for it, it is encoded once.
  const encodedSchema = once(() => ProviderService.getProviderSchema.responseSerialize(schema()));
  const definition: ServiceDefinition = {
    ...ProviderService,
    getProviderSchema: { ...ProviderService.getProviderSchema, responseSerialize: encodedSchema },
    readDataSource: { ...ProviderService.readDataSource, responseSerialize: serializeReadDataSource },
  };
  return {
    definition,
    implementation: { ...implementation, ...unimplementedRpcs(definition, implementation) },
  };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
