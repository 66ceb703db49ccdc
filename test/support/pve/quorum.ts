import { type Cluster, isQuorate } from "./cluster.ts";
import { ProxmoxError } from "./proxmox-error.ts";

/**
 * What calls that make or start a guest ask first: `check_cfs_quorum` of `PVE/Cluster.pm`.
 *
 * @throws ProxmoxError 500 when the members that see each other are no majority.
 */
export function assertQuorate(cluster: Cluster): void {
  if (!isQuorate(cluster)) throw new ProxmoxError(500, "cluster not ready - no quorum?\n");
}

/**
 * What calls that change the mappings find: without quorum nobody may write their file, `cfs_lock_file` of
 * `PVE/Cluster.pm`.
 *
 * @param failed how the message begins, for example `create hardware mapping failed`.
 * @throws ProxmoxError 500
 */
export function assertMappingsWritable(cluster: Cluster, failed: string): void {
  if (isQuorate(cluster)) return;
  const reason = "error with cfs lock 'file-mapping_pci_cfg': no quorum!";
  throw new ProxmoxError(500, `${failed}: ${reason}\n`);
}
