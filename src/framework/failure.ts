/** Turns an error that was thrown into a message that the user can act on, never a stack trace. */
import { CtyError } from "../cty/error.ts";
import type { Logger } from "../logger.ts";
import { messageOf } from "../message-of.ts";
import { type Diagnostic, DiagnosticError, errorDiagnostic } from "./diagnostics.ts";
import { LOG_ERROR, LOG_STACK } from "./log-keys.ts";
import { ResultError } from "./result.ts";
import { StoppedError } from "./stop.ts";

export interface FailureContext {
  /** What was being done: "Reading gpuhost_pci_devices". */
  readonly action: string;
  readonly bugReports: string;
  readonly logger: Logger;
  /** Removes secrets from a text. */
  readonly scrub: (text: string) => string;
}

/** The diagnostics of anything that was thrown. For a bug in the provider, the stack goes to the log at debug level. */
export function failureDiagnostics(error: unknown, context: FailureContext): readonly Diagnostic[] {
  if (error instanceof DiagnosticError) return error.diagnostics;
  if (error instanceof StoppedError) {
    return [errorDiagnostic("Operation Cancelled", `${context.action} was cancelled: ${error.message}.`)];
  }
  if (error instanceof CtyError) return [hostValueDiagnostic(error, context.action)];
  const path = error instanceof ResultError ? error.path : [];
  return [errorDiagnostic("Internal Error in the Provider", bugText(error, context), path)];
}

/**
 * Cty values are only decoded when they come from the host. So one that cannot be decoded is no mistake of the provider
 * or the user.
 */
function hostValueDiagnostic(error: CtyError, action: string): Diagnostic {
  const problem = `${action} is not possible: the host sent a value that cannot be decoded: ${error.message}.`;
  return errorDiagnostic("Invalid Value from the Host", problem, error.path);
}

/** Says that this is a bug, and where to report it. */
export function bugText(error: unknown, { action, bugReports, logger, scrub }: FailureContext): string {
  logger.debug(`${action} failed unexpectedly`, {
    [LOG_ERROR]: scrub(describe(error)),
    [LOG_STACK]: scrub(stackOf(error)),
  });
  return `${action} failed unexpectedly: ${describe(error)}.\n\nThis is a bug in the provider. Please report it at ${bugReports}`;
}

function describe(error: unknown): string {
  if (error instanceof ResultError) return error.message;
  // Some libraries put a stack into the message.
  const message = messageOf(error)
    .split("\n")
    .filter((line) => !/^\s+at /.test(line))
    .join(" ");
  if (!(error instanceof Error)) return message;
  return message === "" ? error.name : `${error.name}: ${message}`;
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? "") : "";
}
