/** Whether the member that answers has quorum. Without it, it reports all others as offline. */
import type { ProxmoxClient } from "../proxmox/client.ts";

/** A member of a cluster that has no quorum. */
export interface LostQuorum {
  /** The member that answers; null when it does not say its name. */
  readonly member: string | null;
  readonly cluster: string;
}

/**
 * Asks the member that answers whether it has lost quorum. A host without a cluster needs none.
 * @returns null when it has quorum, or does not tell.
 * @throws ProxmoxError
 */
export async function lostQuorum(client: ProxmoxClient, signal: AbortSignal): Promise<LostQuorum | null> {
  const { cluster, nodes } = await client.clusterStatus(signal);
  if (cluster?.quorate !== false) return null;
  return { member: nodes.find(({ local }) => local)?.name ?? null, cluster: cluster.name };
}
