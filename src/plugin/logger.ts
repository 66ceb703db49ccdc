/** The plugin's log: hclog lines on stderr, at the levels that the host asks for, without secrets. */
import { LOG_LEVELS, type LogFields, type Logger, type LogLevel, loggerOf } from "../logger.ts";
import type { Environment } from "./handshake.ts";
import { readLogLevel } from "./log-level.ts";
import { formatLogLine } from "./log-line.ts";

/** Removes secrets from a text before anybody can read it. */
export interface Scrubber {
  scrub(text: string): string;
}

export interface LoggerOptions {
  readonly environment: Environment;
  /** As in `TF_LOG_PROVIDER_NAME`. */
  readonly providerName: string;
  readonly scrubber: Scrubber;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Writes one line, including its line break, to stderr. */
  readonly write: (line: string) => void;
  /** The part of the plugin that logs; `provider` when absent. */
  readonly module?: string;
}

/** Makes a logger. The environment is read only once. */
export function createLogger(options: LoggerOptions): Logger {
  const { module = "provider", scrubber } = options;
  const lowest = readLogLevel(options.environment, options.providerName);
  const firstWritten = lowest === "off" ? LOG_LEVELS.length : LOG_LEVELS.indexOf(lowest);
  const method = (level: LogLevel): Logger[LogLevel] => {
    if (LOG_LEVELS.indexOf(level) < firstWritten) return () => undefined;
    return (message, fields = {}) => {
      const entry = { level, module, message: scrubber.scrub(message), time: options.now() };
      options.write(formatLogLine({ ...entry, fields: scrubFields(fields, scrubber) }));
    };
  };
  return loggerOf(method);
}

function scrubFields(fields: LogFields, scrubber: Scrubber): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      scrubber.scrub(key),
      typeof value === "string" ? scrubber.scrub(value) : value,
    ]),
  );
}
