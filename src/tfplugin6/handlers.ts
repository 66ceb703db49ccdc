/**
 * The service `tfplugin6.Provider`, version 6.10: everything that hosts ask of a provider with data sources and
 * functions. The rest of the protocol is in `unimplemented.ts`.
 */
import { FunctionError } from "../framework/function.ts";
import type { ProviderServer } from "../framework/provider-server.ts";
import { encodeDiagnostics } from "./diagnostic.ts";
import { encodeFunctions } from "./function.ts";
import type {
  CallFunction_Request,
  CallFunction_Response,
  DynamicValue,
  GetMetadata_Response,
  GetProviderSchema_Response,
  ServerCapabilities,
} from "./gen/tfplugin6.ts";
import type { RequestOf, ResponseOf, RpcName } from "./messages.ts";
import type { RpcHandler } from "./rpc.ts";
import { encodeSchema } from "./schema.ts";

export type Handlers = { readonly [N in RpcName]: RpcHandler<RequestOf<N>, ResponseOf<N>> };

/** The handlers of the RPCs. Errors for the user are part of an answer, as diagnostics. */
export function handlersOf<I>(server: ProviderServer<I>): Handlers {
  return {
    GetMetadata: () => metadataOf(server),
    // The schema never changes. On reattach every command asks for it, so it is made only once.
    GetProviderSchema: once(() => schemaOf(server)),
    GetResourceIdentitySchemas: () => ({ identitySchemas: new Map(), diagnostics: [] }),
    GetFunctions: () => ({ functions: encodeFunctions(server.functions), diagnostics: [] }),
    ValidateProviderConfig: ({ config }) => ({
      diagnostics: encodeDiagnostics(server.validateConfiguration(config)),
    }),
    ValidateDataResourceConfig: ({ typeName, config }) => ({
      diagnostics: encodeDiagnostics(server.validateDataSource(typeName, config)),
    }),
    ConfigureProvider: async ({ config, terraformVersion }, signal) => ({
      diagnostics: encodeDiagnostics(await server.configure(config, terraformVersion, signal)),
    }),
    ReadDataSource: async ({ typeName, config }, signal) => {
      const { state, diagnostics } = await server.readDataSource(typeName, config, signal);
      return { state: encodeValue(state), diagnostics: encodeDiagnostics(diagnostics), deferred: undefined };
    },
    CallFunction: (request) => callFunction(request, server),
    StopProvider: () => {
      server.stop();
      return { Error: "" };
    },
  };
}

const serverCapabilities: ServerCapabilities = {
  // Every process of this provider has the same schema, so a host need not ask each of them.
  getProviderSchemaOptional: true,
  planDestroy: false,
  moveResourceState: false,
  generateResourceConfig: false,
};

/** What the provider offers, without schemas. */
function metadataOf<I>({ dataSources, functions }: ProviderServer<I>): GetMetadata_Response {
  return {
    serverCapabilities,
    diagnostics: [],
    dataSources: [...dataSources.keys()].map((typeName) => ({ typeName })),
    functions: [...functions.keys()].map((name) => ({ name })),
    resources: [],
    ephemeralResources: [],
    listResources: [],
    stateStores: [],
    actions: [],
  };
}

function schemaOf<I>({ definition, dataSources, functions }: ProviderServer<I>): GetProviderSchema_Response {
  return {
    provider: encodeSchema(definition),
    dataSourceSchemas: new Map(
      dataSources.entries().map(([typeName, source]) => [typeName, encodeSchema(source.definition)]),
    ),
    functions: encodeFunctions(functions),
    serverCapabilities,
    diagnostics: [],
    providerMeta: undefined,
    resourceSchemas: new Map(),
    ephemeralResourceSchemas: new Map(),
    listResourceSchemas: new Map(),
    stateStoreSchemas: new Map(),
    actionSchemas: new Map(),
  };
}

/** Some hosts call functions in a process that is never configured. */
async function callFunction<I>(
  { name, arguments: values }: CallFunction_Request,
  server: ProviderServer<I>,
): Promise<CallFunction_Response> {
  try {
    return { result: encodeValue(await server.callFunction(name, values)), error: undefined };
  } catch (error) {
    if (!(error instanceof FunctionError)) throw error;
    const functionArgument = error.argument === null ? undefined : BigInt(error.argument);
    return { result: undefined, error: { text: error.message, functionArgument } };
  }
}

const NOTHING = Buffer.alloc(0);

/** Wraps a value in MessagePack without copying it. */
function encodeValue(msgpack: Uint8Array | null): DynamicValue | undefined {
  if (msgpack === null) return undefined;
  const { buffer, byteOffset, byteLength } = msgpack;
  return { msgpack: Buffer.from(buffer, byteOffset, byteLength), json: NOTHING };
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
