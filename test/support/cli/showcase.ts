/** A small cluster in which every state is seen at once: what the picture in the README shows. */
import { pciFunction } from "../provider/hardware.ts";
import type { PciDevice } from "../pve/cluster.ts";
import type { Hardware } from "../pve/hardware-file.ts";

const MSI = { subsystem_vendor: "0x1462", subsystem_device: "0x3881" };

/** A card of NVIDIA's with its sound. */
function card(slot: string, device: string, name: string, group: number): readonly PciDevice[] {
  return [
    pciFunction(`${slot}.0`, `10de:${device}`, "030000", group, name, MSI),
    pciFunction(
      `${slot}.1`,
      "10de:1aef",
      "040300",
      group,
      `${name.split(" ")[0]} High Definition Audio Controller`,
      MSI,
    ),
  ];
}

const RTX_3090 = ["2204", "GA102 [GeForce RTX 3090]"] as const;
const RTX_4090 = ["2684", "AD102 [GeForce RTX 4090]"] as const;
const mapping = (id: string, line: string) => ({ id, map: [line] });

export const showcase: Hardware = {
  version: { version: "9.2.11", release: "9.2", repoid: "0123456789abcdef" },
  nodes: [
    { node: "pve1", status: "online" },
    { node: "pve2", status: "online" },
    { node: "pve3", status: "offline" },
  ],
  pci: {
    pve1: [
      pciFunction("0000:00:02.0", "8086:a780", "030000", 2, "Raptor Lake-S GT1 [UHD Graphics 770]"),
      ...card("0000:01:00", ...RTX_4090, 14),
      ...card("0000:02:00", ...RTX_3090, 15),
    ],
    pve2: [
      pciFunction("0000:03:00.0", "144d:a80c", "010802", 16, "NVMe SSD Controller S4LV008 [Pascal]"),
      ...card("0000:04:00", ...RTX_3090, 16),
      ...card("0000:0a:00", "2531", "GA106 [RTX A2000]", 21),
    ],
    pve3: [],
  },
  mappings: [
    mapping("gpu-pve1-01-00", "id=10de:2684,iommugroup=14,node=pve1,path=0000:01:00,subsystem-id=1462:3881"),
    mapping("render", "id=10de:2531,iommugroup=19,node=pve2,path=0000:09:00,subsystem-id=1462:3881"),
    mapping("gpu-pve3-41-00", "id=10de:2204,iommugroup=40,node=pve3,path=0000:41:00,subsystem-id=1462:3881"),
  ],
  guests: [
    { vmid: 101, node: "pve1", name: "worker-1", hostpci0: "mapping=gpu-pve1-01-00,pcie=1", running: true },
    { vmid: 205, node: "pve2", name: "render", hostpci0: "mapping=render,pcie=1" },
  ],
};
