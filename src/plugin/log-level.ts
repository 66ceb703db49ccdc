/**
 * Which log lines a host wants. Source: terraform-plugin-log `tfsdklog/levels.go`, OpenTofu
 * `internal/logging/logging.go`.
 */
import { LOG_LEVELS, type LogLevel } from "../logger.ts";
import type { Environment } from "./handshake.ts";

/** Without any variable, only what the user should know. */
const DEFAULT_LEVEL: LogLevel = "warn";

/**
 * The lowest level that is written, or `off`. The most specific variable that is set decides: `TF_LOG_PROVIDER_NAME`,
 * then `TF_LOG_PROVIDER`, then `TF_LOG`. `JSON`, and any word that hosts do not know, means everything.
 */
export function readLogLevel(environment: Environment, providerName: string): LogLevel | "off" {
  const names = [`TF_LOG_PROVIDER_${providerName.toUpperCase()}`, "TF_LOG_PROVIDER", "TF_LOG"];
  const word = names.map((name) => environment[name]).find(Boolean);
  if (word === undefined) return DEFAULT_LEVEL;
  const wanted = word.trim().toLowerCase();
  return wanted === "off" ? "off" : (LOG_LEVELS.find((level) => level === wanted) ?? "trace");
}
