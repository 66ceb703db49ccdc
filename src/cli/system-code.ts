import { messageOf } from "../message-of.ts";

/** The system's code for why a file cannot be read or written, such as `ENOENT`. */
export function systemCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : messageOf(error);
}
