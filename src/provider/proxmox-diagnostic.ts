/** What the Proxmox client throws, as a diagnostic: at the edge, where a user is told. */
import { DiagnosticError, errorDiagnostic } from "../framework/diagnostics.ts";
import type { ErrorSummary } from "../framework/message.ts";
import { ProxmoxError } from "../proxmox/errors.ts";

/**
 * Runs `action` and turns a ProxmoxError into a diagnostic.
 * @param summary in title case, what could not be done.
 */
export async function explained<T>(summary: ErrorSummary, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (error) {
    if (!(error instanceof ProxmoxError)) throw error;
    throw new DiagnosticError(errorDiagnostic(summary, error.message), { cause: error });
  }
}
