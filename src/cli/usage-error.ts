/** A command line that is wrong. */
import { DiagnosticError } from "../framework/diagnostics.ts";

/** The arguments are wrong: the exit status is 2, and nothing was asked of Proxmox. */
export class UsageError extends DiagnosticError {}
