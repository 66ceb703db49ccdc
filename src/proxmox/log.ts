/** How the client logs. Every text is scrubbed of secrets before it comes here. */
import type { LogFields, LogLevel } from "../logger.ts";

export type Log = (level: LogLevel, message: string, fields?: LogFields) => void;

/** For a client without a log. */
export const silentLog: Log = () => {};
