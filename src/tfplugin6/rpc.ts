/** The common part of all RPCs: turns a handler without gRPC into one for gRPC. */
import { type handleUnaryCall, type ServiceError, status } from "@grpc/grpc-js";
import { LOG_DURATION_MS, LOG_ERROR, LOG_REQUEST_ID, LOG_RPC } from "../framework/log-keys.ts";
import { CallCancelledError } from "../framework/stop.ts";
import type { Logger } from "../logger.ts";
import { messageOf } from "../message-of.ts";

export interface RpcContext {
  readonly logger: Logger;
  /** Milliseconds on a clock that never goes back. */
  readonly clock: () => number;
  readonly scrub: (text: string) => string;
  /** Number of the next request; unique within the process. */
  readonly nextRequestId: () => number;
}

/** Answers one request. Errors for the user are part of the answer. The signal is aborted when the host cancels the call. */
export type RpcHandler<Request, Response> = (
  request: Request,
  signal: AbortSignal,
) => Response | Promise<Response>;

/** The details of a status are sent in a header, which has a limited size. */
const MAX_DETAILS = 2_000;

/**
 * Calls the handler, and logs begin and end at trace. An exception is a bug: it becomes the status INTERNAL, without
 * a stack. Resolves when the call is answered and logged.
 */
export function unaryRpc<Request, Response>(
  name: string,
  handle: RpcHandler<Request, Response>,
  { logger, clock, scrub, nextRequestId }: RpcContext,
): (...call: Parameters<handleUnaryCall<Request, Response>>) => Promise<void> {
  return async (call, callback) => {
    const fields = { [LOG_RPC]: name, [LOG_REQUEST_ID]: nextRequestId() };
    const start = clock();
    logger.trace("Received request", fields);
    const cancelling = new AbortController();
    call.once("cancelled", () => cancelling.abort(new CallCancelledError()));
    const answer = await answerOrError(handle, call.request, cancelling.signal);
    if ("response" in answer) {
      callback(null, answer.response);
    } else {
      const message = scrub(answer.error);
      logger.error("Request failed", { ...fields, [LOG_ERROR]: message });
      callback(rpcError(status.INTERNAL, `${name} failed: ${message}`));
    }
    logger.trace("Served request", { ...fields, [LOG_DURATION_MS]: Math.round(clock() - start) });
  };
}

async function answerOrError<Request, Response>(
  handle: RpcHandler<Request, Response>,
  request: Request,
  signal: AbortSignal,
): Promise<{ readonly response: Response } | { readonly error: string }> {
  try {
    return { response: await handle(request, signal) };
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** An error for gRPC: cut if it is too long for a header, and well-formed, since gRPC encodes it as a URI. */
export function rpcError(
  code: status,
  text: string,
): Pick<ServiceError, "code" | "details" | "message" | "name"> {
  const details = (text.length > MAX_DETAILS ? `${text.slice(0, MAX_DETAILS)}…` : text).toWellFormed();
  return Object.assign(new Error(details), { code, details });
}
