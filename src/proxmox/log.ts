/** How the client tells what it does. Everything that goes there has been scrubbed of secrets. */

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

export type LogFields = { readonly [key: string]: string | number | boolean | null };

export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** For a client that nobody listens to. */
export const silentLog: Log = () => {};
