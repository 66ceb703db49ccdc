/** Whether the member that answers knows of the others: without quorum it takes them all for offline. */
import type { ProxmoxClient } from "../proxmox/client.ts";

/** A member without quorum, of a cluster. */
export interface LostQuorum {
  /** The member that answers; null where it does not say which one it is. */
  readonly member: string | null;
  readonly cluster: string;
}

/**
 * Asks the member that answers whether it has no quorum. A host by itself needs none.
 * @returns null where it has, or where it does not tell.
 * @throws ProxmoxError
 */
export async function lostQuorum(client: ProxmoxClient, signal: AbortSignal): Promise<LostQuorum | null> {
  const { cluster, nodes } = await client.clusterStatus(signal);
  if (cluster?.quorate !== false) return null;
  return { member: nodes.find(({ local }) => local)?.name ?? null, cluster: cluster.name };
}
