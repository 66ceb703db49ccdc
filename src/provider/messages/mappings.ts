/** Messages of the data source gpuhost_pci_mappings. */
import type { Messages } from "../../framework/message.ts";

export const mappingsMessages = {
  "Unable to Read PCI Mappings": {
    as: "error",
    cause: "Proxmox did not answer, refused the request, or gave an answer that cannot be right.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) explains the texts.",
  },
  "Proxmox VE Has No PCI Mappings": {
    as: "error",
    cause: "The member that answers runs Proxmox VE 7, which does not know mappings.",
    mend: "Upgrade it to 8 or newer, or leave the data source out.",
  },
  "Mappings Not Checked on Every Node": {
    as: "warning",
    cause: "A mapping has a line for a node that did not answer. The node has the status `unreachable`.",
    mend: "Bring the node back. Nothing is suggested for its lines until then.",
    silencedBy: "unreachable",
  },
  "Cluster Member Has No Quorum": {
    as: "warning",
    cause: "The member that answers has lost the connection to the others and says that they are offline.",
    mend: "Run `pvecm status` on every member. Repair the network between them, or set the endpoint to a member with quorum.",
    silencedBy: "unreachable",
  },
  "Device Is in No IOMMU Group": {
    as: "warning",
    cause:
      "A mapping names a device that is in no IOMMU group, most often because of `intel_iommu=on,igfx_off`.",
    mend: "Remove `igfx_off` from the kernel's command line and restart the host.",
    silencedBy: "iommu_off",
  },
  "Lines Are Alternatives": {
    as: "warning",
    cause:
      "A mapping has two lines for one card on one node, for example for its video and its sound. Proxmox gives a guest only one of them.",
    mend: "Write what the text says: one line with the slot as its path (`0000:01:00`) and the ids of function `.0`, or, where no line passes both, a mapping for each.",
    silencedBy: "alternatives",
  },
} as const satisfies Messages;
