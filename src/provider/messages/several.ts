/** Messages of more than one data source. */
import type { Messages } from "../../framework/message.ts";

export const severalMessages = {
  "Node Not Found": {
    as: "error",
    cause: "The cluster has no member with that name. The text names its members.",
    mend: "Correct the name; it is the host's short name as the web interface shows it.",
  },
  "Node Cannot Be Read": {
    as: "error",
    cause: "A node is offline or does not answer, and no other node knows its devices.",
    mend: 'Bring it back, or name the others in `nodes`. If the node is only slow, raise `timeout` of the provider. Before you set `unreachable_nodes = "warn"`, read [A node that is down](pitfalls.md#a-node-that-is-down).',
  },
  "Nodes Cannot Be Read": { as: "error", like: "Node Cannot Be Read" },
  "Cluster Without Quorum": {
    as: "error",
    cause:
      "The member that answers has no quorum: it has lost the connection to the others and says that they are offline, though their guests may be running.",
    mend: "Run `pvecm status` on every member. Repair the network between them, or set the endpoint to a member with quorum. Never run `pvecm expected 1` to make a plan work: it only hides the problem.",
  },
  "PCI Device Not Found": {
    as: "either",
    cause:
      "There is nothing at an address that the configuration names, or it is on a node that the configuration does not read. It is a warning where the device may be on a node that was left out.",
    mend: "Compare it with the near misses in the text. Addresses change when hardware or firmware does: [Drift and repair](drift.md).",
  },
  "PCI Mapping Not Found": {
    as: "error",
    cause: "No mapping of that name exists, or the token may not see it.",
    mend: "Correct the name. If the mapping is there, grant `Mapping.Audit` on `/mapping/pci`.",
  },
  "PCI Mappings May Be Hidden": {
    as: "warning",
    cause:
      "The token lacks `Mapping.Audit` somewhere below `/mapping/pci`, and Proxmox leaves out of its answers what a token may not see.",
    mend: "Grant it on `/mapping/pci` to the token and its user: [A token with least rights](token.md).",
    silencedBy: "hidden_mappings",
  },
  "IOMMU Is Off": {
    as: "warning",
    cause: "On that node no device is in an IOMMU group. No guest with a PCI device starts there.",
    mend: "Switch VT-d or AMD-Vi on in the firmware, see [the host's firmware and kernel](from-nothing.md#the-hosts-firmware-and-kernel), and restart the host. Apply after that: lines written without groups are refused once there are groups.",
    silencedBy: "iommu_off",
  },
  "Virtual Functions Are Not Reported": {
    as: "warning",
    cause: "The node's Proxmox VE is older than 9.1.12 and does not say which device is a virtual function.",
    mend: "Check that the devices in the text are virtual functions: [the rules](units.md#virtual-functions-before-proxmox-ve-9112). From 9.1.12 on the node reports them.",
    silencedBy: "unreported_virtual_functions",
  },
} as const satisfies Messages;
