/** The service `tfplugin6.Provider` for gRPC, for a provider that is written with the framework. */
import type { MethodDefinition, ServiceDefinition, UntypedServiceImplementation } from "@grpc/grpc-js";
import type { Attributes } from "../framework/attribute.ts";
import type { Provider } from "../framework/provider.ts";
import { ProviderServer } from "../framework/provider-server.ts";
import type { Logger } from "../logger.ts";
import { handlersOf } from "./handlers.ts";
import { type Codec, messages, type ResponseOf, type RpcName } from "./messages.ts";
import { type RpcContext, unaryRpc } from "./rpc.ts";
import { serializeReadDataSource } from "./serialize-read.ts";
import { unimplementedRpcs } from "./unimplemented.ts";

export interface ProviderServiceOptions {
  readonly logger: Logger;
  /** Milliseconds on a clock that never goes back, such as `performance.now`. */
  readonly clock: () => number;
  /** Removes secrets from every text in diagnostics and errors. Default: texts stay as they are. */
  readonly scrub?: (text: string) => string;
}

/** The arguments of `server.addService` of grpc-js. */
export interface ProviderServiceParts {
  readonly definition: ServiceDefinition;
  readonly implementation: UntypedServiceImplementation;
}

/** The beginning of the paths of all RPCs. */
const SERVICE = "/tfplugin6.Provider";

/**
 * Makes the service of a provider. The generated code also has a definition of it, but with the messages of resources,
 * actions and stores: half of the code that a launch would run.
 */
export function createProviderService<A extends Attributes, I>(
  provider: Provider<A, I>,
  { logger, clock, scrub = (text) => text }: ProviderServiceOptions,
): ProviderServiceParts {
  const server = new ProviderServer<I>(provider, { logger, scrub });
  let requests = 0;
  const context: RpcContext = { logger, clock, scrub, nextRequestId: () => ++requests };
  const handlers = handlersOf(server);
  const serializers: Serializers = {
    ReadDataSource: serializeReadDataSource,
    GetProviderSchema: onceSerialized(messages.GetProviderSchema[1]),
  };
  const { definition, implementation } = unimplementedRpcs(SERVICE);
  const add = <N extends RpcName>(name: N) => {
    const [request, response] = messages[name];
    definition[name] = methodOf(`${SERVICE}/${name}`, request, response, serializers[name]);
    implementation[name] = unaryRpc(name, handlers[name], context);
  };
  for (const name of Object.keys(messages) as RpcName[]) add(name);
  return { definition, implementation };
}

/** Serializers that replace the generated code. */
type Serializers = { readonly [N in RpcName]?: (answer: ResponseOf<N>) => Buffer };

/** For an answer that is always the same. */
function onceSerialized<Response>(response: Codec<Response>): (answer: Response) => Buffer {
  let bytes: Buffer | undefined;
  return (answer) => {
    bytes ??= Buffer.from(response.encode(answer).finish());
    return bytes;
  };
}

function methodOf<Request, Response>(
  path: string,
  request: Codec<Request>,
  response: Codec<Response>,
  serialize?: (answer: Response) => Buffer,
): MethodDefinition<Request, Response> {
  return {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => Buffer.from(request.encode(message).finish()),
    requestDeserialize: (bytes) => request.decode(bytes),
    responseSerialize: serialize ?? ((message) => Buffer.from(response.encode(message).finish())),
    responseDeserialize: (bytes) => response.decode(bytes),
  };
}
