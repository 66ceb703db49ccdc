/**
 * Lines for the shell on this machine: a POSIX shell, or PowerShell on Windows. Lines for a Proxmox host are always for a POSIX shell.
 */
import { quote } from "../proxmox/posix-shell.ts";

export function setting(name: string, value: string, platform: NodeJS.Platform): string {
  return platform === "win32"
    ? `$env:${name} = '${value.replaceAll("'", "''")}'`
    : `export ${name}=${quote(value)}`;
}

export function unsetting(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `Remove-Item Env:${name}` : `unset ${name}`;
}

/**
 * Fetches a URL without checking the certificate. In PowerShell 5 `curl` alone is another command; the double quotes also work in the
 * Command Prompt.
 */
export function fetching(url: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `curl.exe --insecure "${url}"` : `curl --insecure ${quote(url)}`;
}
