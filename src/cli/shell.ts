/**
 * Lines for the shell on this machine: a POSIX one, or PowerShell on Windows. What is for a Proxmox host is for a POSIX shell everywhere.
 */
import { quote } from "../proxmox/asking/permission.ts";

/** Gives a variable of the environment a value. */
export function setting(name: string, value: string, platform: NodeJS.Platform): string {
  return platform === "win32"
    ? `$env:${name} = '${value.replaceAll("'", "''")}'`
    : `export ${name}=${quote(value)}`;
}

/** Takes a variable out of the environment. */
export function unsetting(name: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `Remove-Item Env:${name}` : `unset ${name}`;
}

/** Fetches a URL from whoever answers. In PowerShell 5 `curl` alone is another command; the quotes are for the Command Prompt too. */
export function fetching(url: string, platform: NodeJS.Platform): string {
  return platform === "win32" ? `curl.exe --insecure "${url}"` : `curl --insecure ${quote(url)}`;
}
