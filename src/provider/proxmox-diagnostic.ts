/** Turns errors of the Proxmox client into diagnostics for the user. */
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import type { ErrorSummary } from "../framework/message.ts";
import { ProxmoxError } from "../proxmox/errors.ts";

/**
 * Runs `action` and turns a ProxmoxError into a diagnostic.
 * @param summary what could not be done, in title case.
 */
export async function explained<T>(summary: ErrorSummary, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    throw new DiagnosticError(errorDiagnostic(summary, error.message), { cause: error });
  }
}
