/** Small clusters for tests, written as what stands in them. */
import type { PciDevice } from "../pve/cluster.ts";
import type { Hardware } from "../pve/hardware-file.ts";
import type { JsonObject } from "../pve/json.ts";

const VENDORS: { readonly [id: string]: string } = {
  "10de": "NVIDIA Corporation",
  "8086": "Intel Corporation",
  "1022": "Advanced Micro Devices, Inc. [AMD]",
  "1002": "Advanced Micro Devices, Inc. [AMD/ATI]",
};

/**
 * One function as Proxmox lists it.
 * @param id its address, its domain written
 * @param ids vendor and device id, `10de:2204`
 * @param group its IOMMU group, -1 for none
 * @param more what else the answer has, such as `mdev` or `physfn`
 */
export function pciFunction(
  id: string,
  ids: string,
  classCode: string,
  group: number,
  name: string | null = null,
  more: JsonObject = {},
): PciDevice {
  const [vendor = "", device = ""] = ids.split(":");
  return {
    id,
    class: `0x${classCode}`,
    vendor: `0x${vendor}`,
    device: `0x${device}`,
    iommugroup: group,
    vendor_name: VENDORS[vendor] ?? "Some Vendor",
    ...(name === null ? {} : { device_name: name }),
    ...more,
  };
}

/** A cluster whose nodes have these devices, all online. */
export function hardwareOf(
  pci: { readonly [node: string]: readonly PciDevice[] },
  version = "9.2.11",
): Hardware {
  return {
    version: { version, release: version.slice(0, 3), repoid: "0123456789abcdef" },
    nodes: Object.keys(pci).map((node) => ({ node, status: "online" })),
    pci,
  };
}

/** The same cluster with some of its nodes offline. */
export function withOffline<H extends Pick<Hardware, "nodes">>(hardware: H, names: readonly string[]): H {
  const nodes = hardware.nodes.map((one) =>
    names.includes(String(one["node"])) ? { ...one, status: "offline" } : one,
  );
  return { ...hardware, nodes };
}
