/** The authorities that the configuration names, read. */

import { SettingError, type SettingProblem } from "../settings/setting-sources.ts";
import type { AuthoritySource } from "../settings/settings.ts";
import { parseAuthorities, readAuthorityFile } from "./authorities.ts";

export type AuthoritiesResult =
  /** null: Node's and the system's. */
  | { readonly authorities: readonly string[] | null; readonly problems: null }
  | { readonly authorities: null; readonly problems: readonly SettingProblem[] };

/** Reads `ca_file` and `ca_pem`; where both are given, both are trusted. */
export function loadAuthorities(sources: readonly AuthoritySource[]): AuthoritiesResult {
  const authorities: string[] = [];
  const problems: SettingProblem[] = [];
  for (const { attribute, value, variable } of sources) {
    try {
      authorities.push(
        ...(attribute === "ca_file"
          ? readAuthorityFile(value, variable)
          : parseAuthorities(value, variable ?? attribute)),
      );
    } catch (error) {
      if (!(error instanceof SettingError)) throw error;
      problems.push({ kind: "invalid", attribute, index: null, variable, message: error.message });
    }
  }
  if (problems.length > 0) return { authorities: null, problems };
  return { authorities: sources.length === 0 ? null : authorities, problems: null };
}
