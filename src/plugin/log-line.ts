/**
 * One log line as hosts read it from stderr: hclog's JSON.
 * Source: hashicorp/go-hclog `intlogger.go` (JSON format) and go-plugin `log_entry.go`, `client.go` (reading).
 */
import type { LogFields, LogLevel } from "../logger.ts";

export interface LogEntry {
  readonly level: LogLevel;
  /** The part of the plugin that logs. */
  readonly module: string;
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly time: number;
  readonly fields: LogFields;
}

/** In bytes, with the line break. Hosts cut lines at 64 KiB, and the pieces lose their level. */
export const LONGEST_LINE = 65_000;

/**
 * What moves a cursor, changes colours or turns the direction of writing. Hosts print what they read from a line of JSON as it
 * is, and JSON itself escapes only half of it.
 */
const HARMFUL = /(?![\n\t])[\p{Cc}\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/gu;

/** Parts of a line are cut to these lengths, one after the other, until the line fits. In UTF-16 units. */
const PART_LENGTHS = [16_384, 4_096, 1_024, 256] as const;

/**
 * Formats an entry, at most `LONGEST_LINE` bytes with the line break. Hosts crash when a key of hclog's own (with an
 * `@`) is not a text. They take the line for plain text when its time does not have six decimals.
 */
export function formatLogLine(entry: LogEntry): string {
  const head = { "@level": entry.level, "@module": entry.module, "@timestamp": formatTime(entry.time) };
  for (const length of PART_LENGTHS) {
    const fields = Object.entries(entry.fields).map(([key, value]): [string, unknown] => [
      cut(key.replace(/^@+/, ""), length),
      typeof value === "string" ? cut(value, length) : value,
    ]);
    const line = toLine({ ...head, "@message": cut(entry.message, length), ...Object.fromEntries(fields) });
    if (Buffer.byteLength(line) <= LONGEST_LINE) return line;
  }
  return toLine({ ...head, "@message": cut(entry.message, PART_LENGTHS[PART_LENGTHS.length - 1] ?? 0) });
}

function toLine(line: object): string {
  return `${JSON.stringify(line)}\n`;
}

function cut(text: string, length: number): string {
  const kept = text.length <= length ? text : `${text.slice(0, length)}… (cut, ${text.length} characters)`;
  return kept.replaceAll(HARMFUL, (character) => {
    return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
}

/** `Date` has milliseconds, but hosts need microseconds. */
function formatTime(time: number): string {
  return new Date(time).toISOString().replace(/Z$/, "000Z");
}
