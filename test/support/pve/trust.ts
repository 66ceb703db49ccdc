/**
 * The variables by which both this provider and bpg's trust a stand-in. On macOS and Windows Go programs ask the system and read no file,
 * and bpg's provider has no setting for one: there it has to trust whoever answers, on this machine.
 */
export function trustVariables(
  caFile: string,
  platform: NodeJS.Platform = process.platform,
): Record<string, string> {
  return platform === "darwin" || platform === "win32"
    ? { GPUHOST_CA_FILE: caFile, PROXMOX_VE_INSECURE: "true" }
    : { SSL_CERT_FILE: caFile };
}
