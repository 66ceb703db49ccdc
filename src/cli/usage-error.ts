/** A command line that says nothing sensible. */
import { DiagnosticError } from "../framework/diagnostics.ts";

/** What a person wrote is wrong: the exit status is 2, and nothing was asked of Proxmox. */
export class UsageError extends DiagnosticError {}
