/** The plugin's log: hclog lines on stderr, at the levels that the host asks for, without secrets. */
import type { Environment } from "./handshake.ts";
import { LOG_LEVELS, type LogLevel, readLogLevel } from "./log-level.ts";
import { formatLogLine } from "./log-line.ts";

/** Keys and values behind a message. */
export type LogFields = { readonly [key: string]: string | number | boolean | null };

/** One method a level. Levels that the host does not want cost nothing but the call. */
export type PluginLogger = {
  readonly [level in LogLevel]: (message: string, fields?: LogFields) => void;
};

/** Takes secrets out of a text before anybody can read it. */
export interface Scrubber {
  scrub(text: string): string;
}

export interface LoggerOptions {
  readonly environment: Environment;
  /** In `TF_LOG_PROVIDER_NAME`. */
  readonly providerName: string;
  readonly scrubber: Scrubber;
  /** The time in milliseconds since 1970. */
  readonly now: () => number;
  /** Writes one line, which ends with its line break, to stderr. */
  readonly write: (line: string) => void;
  /** Which part of the plugin speaks; `provider` when absent. */
  readonly module?: string;
}

/** Makes a logger; the environment is read once. */
export function createLogger(options: LoggerOptions): PluginLogger {
  const { module = "provider", scrubber } = options;
  const lowest = readLogLevel(options.environment, options.providerName);
  const firstWritten = lowest === "off" ? LOG_LEVELS.length : LOG_LEVELS.indexOf(lowest);
  const method = (level: LogLevel): PluginLogger[LogLevel] => {
    if (LOG_LEVELS.indexOf(level) < firstWritten) return () => undefined;
    return (message, fields = {}) => {
      const entry = { level, module, message: scrubber.scrub(message), time: options.now() };
      options.write(formatLogLine({ ...entry, fields: scrubFields(fields, scrubber) }));
    };
  };
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
  };
}

function scrubFields(fields: LogFields, scrubber: Scrubber): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([key, value]) => [
      scrubber.scrub(key),
      typeof value === "string" ? scrubber.scrub(value) : value,
    ]),
  );
}
