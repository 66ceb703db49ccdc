/** The events in the cluster of the story. */
import type { Cluster } from "../../test/support/pve/cluster.ts";
import { stopGuest } from "../../test/support/pve/guest-start.ts";
import { applyEdit } from "../../test/support/pve/hardware-edit.ts";
import type { Hardware } from "../../test/support/pve/hardware-file.ts";

/** A card that is put into another slot. */
export interface Move {
  readonly node: string;
  /** Its slots, as `0000:02:00`. */
  readonly from: string;
  readonly to: string;
  /** The IOMMU group of the new one. */
  readonly group: number;
}

/** The host is shut down with its guests, the card moves, and the host is switched on again. */
export function moveCard(cluster: Cluster, hardware: Hardware, { node, from, to, group }: Move): void {
  for (const guest of cluster.guests.values()) {
    if (guest.node === node && guest.running) stopGuest(cluster, guest);
  }
  const devices = (hardware.pci[node] ?? []).map((device) =>
    device.id.startsWith(`${from}.`)
      ? { ...device, id: device.id.replace(from, to), iommugroup: group }
      : device,
  );
  applyEdit(cluster, hardware, { ...hardware, pci: { ...hardware.pci, [node]: devices } });
}
