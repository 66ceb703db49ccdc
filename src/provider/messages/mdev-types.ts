/** Messages of the data source gpuhost_mdev_types. */
import type { Messages } from "../../framework/message.ts";

export const mdevTypesMessages = {
  "Unable to Read Mediated Device Types": {
    as: "error",
    cause: "Proxmox did not answer, refused the request, or gave an answer that cannot be right.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) explains the texts.",
  },
  "No Mediated Devices": {
    as: "warning",
    cause: "No device at that address, or of that mapping, offers mediated devices, and `types` is empty.",
    mend: "Check whether the host's driver is loaded and, for NVIDIA, whether its virtual functions are switched on: [vGPU and SR-IOV](vgpu-and-sr-iov.md).",
  },
  "Mapping Counted in Part": {
    as: "warning",
    cause: "Not all devices of the mapping could be read. So `available` counts only the first one.",
    mend: "Grant what the text names, or use `path` for each device.",
  },
  "PCI Mapping Has No Line for the Node": {
    as: "error",
    cause: "The mapping exists, but names no device of this node.",
    mend: "Set `node` to one of the nodes that the text names.",
  },
  "Domain Too Long for Proxmox": {
    as: "error",
    cause:
      "The device is in a PCI domain of more than four digits, as behind Intel VMD, and Proxmox does not accept such an address here.",
    mend: "Make a mapping for the device, and use `mapping` instead of `path`. This needs Proxmox VE 8.3 or newer.",
  },
  "Missing Device": {
    as: "error",
    cause: "Neither `path` nor `mapping` is set.",
    mend: "Set one of them.",
  },
  "Two Devices": {
    as: "error",
    cause: "`path` and `mapping` are both set.",
    mend: "Remove one of them.",
  },
} as const satisfies Messages;
