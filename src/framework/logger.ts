/** Where the layers above the plugin write their logs; `main` hands in the implementation. Secrets never go here. */

export type LogLevel = "trace" | "debug" | "info" | "warn" | "error";

/** Keys and values behind the message, in the words of `log-keys`. */
export type LogFields = { readonly [key: string]: string | number | boolean | null };

export type Logger = {
  readonly [level in LogLevel]: (message: string, fields?: LogFields) => void;
};

/** A logger that writes nothing. */
export const silentLogger: Logger = { trace() {}, debug() {}, info() {}, warn() {}, error() {} };
