import { devicesFromRecords, type PciDevice, type PciRecord } from "../../../src/pci/device.ts";
import { arrangeHost, type Host } from "../../../src/pci/host.ts";
import { root } from "../../../src/proxmox/answers/decode.ts";
import { decodePciRecords } from "../../../src/proxmox/answers/pci-record.ts";

/** A record as Proxmox may send it: numbers with `0x` and of any case, 0 and 1 for flags. */
export interface SentRecord extends Omit<PciRecord, "mdev" | "nvidia"> {
  readonly mdev?: number | boolean | undefined;
  readonly nvidia?: number | boolean | undefined;
}

/** What the client makes of records that Proxmox sends. */
export function received(sent: readonly SentRecord[]): readonly PciRecord[] {
  return decodePciRecords(root(sent));
}

/** What differs between functions; the rest is an RTX 3090. Every slot has a group of its own. */
export type Traits = Partial<SentRecord>;

/** The record of the function at an address. */
export function record(id: string, traits: Traits = {}): SentRecord {
  return {
    id,
    class: "0x030000",
    vendor: "0x10de",
    device: "0x2204",
    iommugroup: Number.parseInt(id.slice(-7, -2).replace(":", ""), 16),
    vendor_name: "NVIDIA Corporation",
    device_name: "GA102 [GeForce RTX 3090]",
    ...traits,
  };
}

export function device(id: string, traits: Traits = {}, node = "pve1"): PciDevice {
  const [one] = devicesFromRecords(node, received([record(id, traits)]));
  if (one === undefined) throw new Error("one record is one device");
  return one;
}

/** A host with the given functions, by address: `{ "0000:01:00.0": {} }` has one GPU. Its Proxmox reports VFs unless said otherwise. */
export function host(
  functions: { readonly [id: string]: Traits },
  { node = "pve1", reports = true }: { node?: string; reports?: boolean } = {},
): Host {
  const devices = Object.entries(functions).map(([id, traits]) => device(id, traits, node));
  return arrangeHost(node, devices, reports);
}

/** The audio function that comes with a card. */
export const AUDIO: Traits = {
  class: "0x040300",
  device: "0x1aef",
  device_name: "GA102 High Definition Audio Controller",
};

/** A PCI bridge; never passed through. */
export const BRIDGE: Traits = {
  class: "0x060400",
  vendor: "0x8086",
  device: "0x1901",
  vendor_name: "Intel Corporation",
  device_name: "6th-10th Gen Core Processor PCIe Controller (x16)",
};

/** A network card. */
export const NIC: Traits = {
  class: "0x020000",
  vendor: "0x15b3",
  device: "0x1017",
  vendor_name: "Mellanox Technologies",
  device_name: "MT27800 Family [ConnectX-5]",
};

/** A server's management console. */
export const CONSOLE: Traits = {
  class: "0x030000",
  vendor: "0x1a03",
  device: "0x2000",
  vendor_name: "ASPEED Technology, Inc.",
  device_name: "ASPEED Graphics Family",
};

/** The paths of devices. */
export const paths = (devices: readonly PciDevice[]): string[] => devices.map(({ path }) => path);
