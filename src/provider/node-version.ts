/** The releases of members, which differ while a cluster is being upgraded. */
import type { ProxmoxClient } from "../proxmox/client.ts";
import { ProxmoxError } from "../proxmox/errors.ts";

/** A node's own version; when it does not tell, that of the member that answers for the cluster. */
export async function nodeVersion(client: ProxmoxClient, node: string, signal: AbortSignal): Promise<string> {
  try {
    return await client.nodeVersion(node, signal);
  } catch (error) {
    if (!(error instanceof ProxmoxError) || error.code === "cancelled") throw error;
    return await client.version(signal);
  }
}
