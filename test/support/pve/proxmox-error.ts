import type { JsonObject } from "./json.ts";
import type { Capabilities } from "./version.ts";

/** A refusal as Proxmox's API code raises it: it ends up in the status line, and since 2025 in the body too. */
export class ProxmoxError extends Error {
  readonly status: number;
  /** Parameter → what is wrong with it. */
  readonly errors: JsonObject | undefined;

  /** @param message The text as Proxmox writes it, most often with a line feed at its end. */
  constructor(status: number, message: string, errors?: JsonObject) {
    super(message);
    this.status = status;
    this.errors = errors;
  }
}

/** 403 `Permission check failed (/, Sys.Audit)`. */
export const permissionError = (what: string): ProxmoxError =>
  new ProxmoxError(403, `Permission check failed (${what})\n`);

/** 400 `Parameter verification failed.` */
export const parameterError = (errors: JsonObject): ProxmoxError =>
  new ProxmoxError(400, "Parameter verification failed.\n", errors);

/** The JSON body of a refusal. Before 2025 it says nothing of the reason. */
export function errorBody(error: ProxmoxError, release: Capabilities): JsonObject {
  return {
    data: null,
    ...(error.errors === undefined ? {} : { errors: error.errors }),
    ...(release.errorMessages ? { message: error.message } : {}),
  };
}
