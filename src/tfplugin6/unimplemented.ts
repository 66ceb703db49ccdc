/** RPCs of the protocol for resources and other things that this provider does not have. */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { rpcError } from "./rpc.ts";

/** The RPCs whose request and answer are one message each. */
const UNARY = [
  "ValidateResourceConfig",
  "UpgradeResourceState",
  "UpgradeResourceIdentity",
  "ReadResource",
  "PlanResourceChange",
  "ApplyResourceChange",
  "ImportResourceState",
  "MoveResourceState",
  "GenerateResourceConfig",
  "ValidateEphemeralResourceConfig",
  "OpenEphemeralResource",
  "RenewEphemeralResource",
  "CloseEphemeralResource",
  "ValidateListResourceConfig",
  "ValidateStateStoreConfig",
  "ConfigureStateStore",
  "LockState",
  "UnlockState",
  "GetStates",
  "DeleteState",
  "PlanAction",
  "ValidateActionConfig",
];
const STREAMING_REQUESTS = ["WriteStateBytes"];
const STREAMING_ANSWERS = ["ListResource", "ReadStateBytes", "InvokeAction"];

/** A part of a service; more is added to it. */
export interface Rpcs {
  readonly definition: Record<string, ServiceDefinition[string]>;
  readonly implementation: UntypedServiceImplementation;
}

/**
 * Answers Unimplemented, with the name of the RPC, to any request.
 * @param service the beginning of the paths of the RPCs
 */
export function unimplementedRpcs(service: string): Rpcs {
  const rpcs: Rpcs = { definition: {}, implementation: {} };
  for (const name of [...UNARY, ...STREAMING_REQUESTS, ...STREAMING_ANSWERS]) {
    const responseStream = STREAMING_ANSWERS.includes(name);
    const error = rpcError(
      status.UNIMPLEMENTED,
      `this provider has data sources and functions only; it does not implement ${name}`,
    );
    const answer: handleUnaryCall<unknown, unknown> = (_call, callback) => callback(error);
    const answerStream: handleServerStreamingCall<unknown, unknown> = (call) => call.emit("error", error);
    rpcs.implementation[name] = responseStream ? answerStream : answer;
    rpcs.definition[name] = {
      path: `${service}/${name}`,
      requestStream: STREAMING_REQUESTS.includes(name),
      responseStream,
      requestSerialize: neverWritten,
      requestDeserialize: (bytes) => bytes,
      responseSerialize: neverWritten,
      responseDeserialize: (bytes) => bytes,
    };
  }
  return rpcs;
}

function neverWritten(): Buffer {
  throw new Error("What is not implemented has no messages.");
}
