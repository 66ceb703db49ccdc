/** Messages of the data source gpuhost_mdev_types. */
import type { Messages } from "../../framework/message.ts";

export const mdevTypesMessages = {
  "Unable to Read Mediated Device Types": {
    as: "error",
    cause: "Proxmox did not answer, refused, or answered what it should not.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) has the texts.",
  },
  "No Mediated Devices": {
    as: "warning",
    cause: "Nothing at that address, or of that mapping, offers mediated devices, and `types` is empty.",
    mend: "Look whether the host's driver is loaded and, for NVIDIA, whether its virtual functions are switched on: [vGPU and SR-IOV](vgpu-and-sr-iov.md).",
  },
  "Mapping Counted in Part": {
    as: "warning",
    cause:
      "Not all devices of the mapping could be asked, so that `available` is what the first one has left.",
    mend: "Grant what the text names, or ask with `path`, device by device.",
  },
  "PCI Mapping Has No Line for the Node": {
    as: "error",
    cause: "The mapping exists, but names no device of this node.",
    mend: "Ask for one of the nodes that the text names.",
  },
  "Domain Too Long for Proxmox": {
    as: "error",
    cause:
      "The device is in a PCI domain of more than four digits, as behind Intel VMD, and Proxmox does not take such an address in this question.",
    mend: "Map the device, and ask with `mapping` in place of `path`; Proxmox VE 8.3 or newer answers that.",
  },
  "Missing Device": {
    as: "error",
    cause: "Neither `path` nor `mapping` is set.",
    mend: "Set one of them.",
  },
  "Two Devices": {
    as: "error",
    cause: "`path` and `mapping` are both set.",
    mend: "Take one of them out.",
  },
} as const satisfies Messages;
