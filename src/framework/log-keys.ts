/**
 * The keys in log lines. People filter by them, so they must not change. Where terraform-plugin-go
 * (`internal/logging/keys.go`) has a name, it is used.
 */

/** The name of the call in the protocol, such as `ReadDataSource`. */
export const LOG_RPC = "tf_rpc";
/** Counts the requests of this process from 1. */
export const LOG_REQUEST_ID = "tf_req_id";
/** The time that a request took, in milliseconds. */
export const LOG_DURATION_MS = "tf_req_duration_ms";
export const LOG_DATA_SOURCE = "tf_data_source_type";
export const LOG_ERROR = "error";
export const LOG_STACK = "stack";
