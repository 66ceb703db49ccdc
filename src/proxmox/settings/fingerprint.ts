/** SHA-256 fingerprints of certificates as Proxmox prints them: `D5:04:…`, 32 bytes. */
import { SettingError } from "./setting-sources.ts";

/**
 * Makes it upper case with colons. Any case is accepted, with or without colons.
 * @throws SettingError
 */
export function normalizeFingerprint(text: string): string {
  const digits = text.trim().replaceAll(":", "").toUpperCase();
  if (/^[0-9A-F]{64}$/.test(digits)) return (digits.match(/../g) ?? []).join(":");
  if (/^[0-9A-F]{40}$/.test(digits)) {
    throw new SettingError(`${JSON.stringify(text)} is a SHA-1 fingerprint; the SHA-256 one has 32 bytes.`);
  }
  throw new SettingError(
    `${JSON.stringify(text)} is no SHA-256 fingerprint: 32 bytes in hexadecimal, with or without colons, as "pvenode cert info" prints them.`,
  );
}
