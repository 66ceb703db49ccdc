/** How the client tells what it does. Everything that goes there has been scrubbed of secrets. */
import type { LogFields, LogLevel } from "../logger.ts";

export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** For a client that nobody listens to. */
export const silentLog: Log = () => {};
