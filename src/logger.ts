/** How every layer writes its log; `main` hands in the implementation. Secrets never go here. */

export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error"] as const;

export type LogLevel = (typeof LOG_LEVELS)[number];

/** Keys and values behind the message, in the words of `framework/log-keys.ts`. */
export type LogFields = { readonly [key: string]: string | number | boolean | null };

/** One method a level. Levels that the host does not want cost nothing but the call. */
export type Logger = {
  readonly [level in LogLevel]: (message: string, fields?: LogFields) => void;
};

/** A logger whose methods are all made alike. */
export function loggerOf(method: (level: LogLevel) => Logger[LogLevel]): Logger {
  return {
    trace: method("trace"),
    debug: method("debug"),
    info: method("info"),
    warn: method("warn"),
    error: method("error"),
  };
}

/** A logger that writes nothing. */
export const silentLogger: Logger = loggerOf(() => () => {});
