/** A logger that keeps its lines for a test to look at. */
import type { LogFields, Logger, LogLevel } from "../../../src/logger.ts";

export interface RecordedLine {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields | undefined;
}

export function recordingLogger(): { readonly logger: Logger; readonly lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const at =
    (level: LogLevel): Logger["info"] =>
    (message, fields) => {
      lines.push({ level, message, fields });
    };
  const logger: Logger = {
    trace: at("trace"),
    debug: at("debug"),
    info: at("info"),
    warn: at("warn"),
    error: at("error"),
  };
  return { logger, lines };
}
