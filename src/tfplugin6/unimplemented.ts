/** RPCs of the protocol that concern resources and other things which this provider does not have. */
import {
  type handleServerStreamingCall,
  type handleUnaryCall,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { rpcError } from "./rpc.ts";

/** Answers Unimplemented, with the name of the RPC, to whatever of the service `implementation` leaves out. */
export function unimplementedRpcs(
  service: ServiceDefinition,
  implementation: UntypedServiceImplementation,
): UntypedServiceImplementation {
  const missing = Object.entries(service).filter(([name]) => !Object.hasOwn(implementation, name));
  return Object.fromEntries(
    missing.map(([name, { path, responseStream }]) => {
      const rpc = path.slice(path.lastIndexOf("/") + 1);
      const error = rpcError(
        status.UNIMPLEMENTED,
        `this provider has data sources and functions only; it does not implement ${rpc}`,
      );
      const answer: handleUnaryCall<unknown, unknown> = (_call, callback) => callback(error);
      const answerStream: handleServerStreamingCall<unknown, unknown> = (call) => call.emit("error", error);
      return [name, responseStream ? answerStream : answer];
    }),
  );
}
