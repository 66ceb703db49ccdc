/** The logger of every layer; `main` passes in the implementation. Secrets must not get here. */

/** The levels of log lines, from the most detailed one. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys and values after the message; the keys are those of `framework/log-keys.ts`. */
export type LogFields = { readonly [key: string]: string | number | boolean | null };

/** One method for each level. Levels that the host does not want cost only the call. */
export type Logger = {
  readonly [level in LogLevel]: (message: string, fields?: LogFields) => void;
};

/** A logger whose methods are all made by one function. */
export function loggerOf(method: (level: LogLevel) => Logger[LogLevel]): Logger {
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
  };
}

export const silentLogger: Logger = loggerOf(() => () => {});
