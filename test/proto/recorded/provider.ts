/**
 * A provider that writes down every request of a real host, byte for byte, and gives back what it was given.
 * It is attached to the host with TF_REATTACH_PROVIDERS, so that no certificate stands in between.
 */
import type { Server, ServerUnaryCall, sendUnaryData, UntypedServiceImplementation } from "@grpc/grpc-js";
import type * as protocol from "../../../src/tfplugin6/gen/tfplugin6.ts";
import {
  ApplyResourceChange_Request,
  ApplyResourceChange_Response,
  CallFunction_Request,
  CallFunction_Response,
  GetProviderSchema_Response,
  PlanResourceChange_Request,
  PlanResourceChange_Response,
  ProviderService,
  ReadDataSource_Request,
  ReadDataSource_Response,
  ReadResource_Request,
  ReadResource_Response,
  UpgradeResourceState_Request,
  UpgradeResourceState_Response,
} from "../../../src/tfplugin6/gen/tfplugin6.ts";

/** One request as it came. */
export interface RecordedRequest {
  readonly method: string;
  readonly bytes: Buffer;
}

const nothing = Buffer.alloc(0);

function attribute(name: string, type: unknown): protocol.Schema_Attribute {
  return {
    name,
    type: Buffer.from(JSON.stringify(type)),
    description: "",
    required: false,
    optional: true,
    computed: false,
    sensitive: false,
    descriptionKind: 0,
    deprecated: false,
    writeOnly: false,
    deprecationMessage: "",
  };
}

const schema: protocol.Schema = {
  version: 1n,
  block: {
    version: 0n,
    attributes: [
      attribute("text", "string"),
      attribute("number", "number"),
      attribute("flags", ["list", "bool"]),
      attribute("tags", ["map", "string"]),
      attribute("anything", "dynamic"),
    ],
    blockTypes: [],
    description: "",
    descriptionKind: 0,
    deprecated: false,
    deprecationMessage: "",
  },
};

const echo: protocol.FunctionMessage = {
  parameters: [],
  variadicParameter: {
    name: "values",
    type: Buffer.from('"dynamic"'),
    allowNullValue: true,
    allowUnknownValues: true,
    description: "",
    descriptionKind: 0,
  },
  return: { type: Buffer.from('"dynamic"') },
  summary: "",
  description: "",
  descriptionKind: 0,
  deprecationMessage: "",
};

const providerSchema = GetProviderSchema_Response.encode({
  provider: schema,
  resourceSchemas: new Map([["recorder_resource", schema]]),
  dataSourceSchemas: new Map([["recorder_data", schema]]),
  diagnostics: [],
  functions: new Map([["echo", echo]]),
  ephemeralResourceSchemas: new Map(),
  listResourceSchemas: new Map(),
  stateStoreSchemas: new Map(),
  actionSchemas: new Map(),
}).finish();

/** What answers are made of: an empty answer is a good one wherever none is named. */
const answers: { readonly [method: string]: (request: Buffer) => Uint8Array } = {
  getProviderSchema: () => providerSchema,
  readDataSource: (bytes) => {
    const { config } = ReadDataSource_Request.decode(bytes);
    return ReadDataSource_Response.encode({ state: config, diagnostics: [] }).finish();
  },
  callFunction: (bytes) => {
    const [result] = CallFunction_Request.decode(bytes).arguments;
    return CallFunction_Response.encode({ result }).finish();
  },
  upgradeResourceState: (bytes) => {
    const { rawState } = UpgradeResourceState_Request.decode(bytes);
    const upgradedState = { msgpack: nothing, json: rawState?.json ?? nothing };
    return UpgradeResourceState_Response.encode({ upgradedState, diagnostics: [] }).finish();
  },
  readResource: (bytes) => {
    const { currentState } = ReadResource_Request.decode(bytes);
    return ReadResource_Response.encode({
      newState: currentState,
      diagnostics: [],
      private: nothing,
    }).finish();
  },
  planResourceChange: (bytes) => {
    const { proposedNewState } = PlanResourceChange_Request.decode(bytes);
    const answer = { requiresReplace: [], plannedPrivate: Buffer.from("planned"), legacyTypeSystem: false };
    return PlanResourceChange_Response.encode({
      ...answer,
      plannedState: proposedNewState,
      diagnostics: [],
    }).finish();
  },
  applyResourceChange: (bytes) => {
    const { plannedState } = ApplyResourceChange_Request.decode(bytes);
    const answer = { newState: plannedState, private: Buffer.from("applied"), legacyTypeSystem: false };
    return ApplyResourceChange_Response.encode({ ...answer, diagnostics: [] }).finish();
  },
};

/** Adds the service of protocol 6; `record` gets every request before it is answered. */
export function addRecordingProvider(server: Server, record: (request: RecordedRequest) => void): void {
  const identity = (bytes: Buffer) => bytes;
  const methods = Object.entries(ProviderService).filter(
    ([, method]) => !method.requestStream && !method.responseStream,
  );
  const service = Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      {
        path: method.path,
        requestStream: false,
        responseStream: false,
        requestSerialize: identity,
        requestDeserialize: identity,
        responseSerialize: identity,
        responseDeserialize: identity,
      },
    ]),
  );
  const implementation: UntypedServiceImplementation = Object.fromEntries(
    methods.map(([name, method]) => [
      name,
      (call: ServerUnaryCall<Buffer, Buffer>, respond: sendUnaryData<Buffer>) => {
        record({ method: method.path, bytes: call.request });
        respond(null, Buffer.from(answers[name]?.(call.request) ?? nothing));
      },
    ]),
  );
  server.addService(service, implementation);
}
