/**
 * The data sources: name, arguments and results of each. A launch that only asks for these, or validates, loads nothing
 * that reads.
 */
import { type DataSource, dataSource } from "../framework/data-source.ts";
import type { ProxmoxClient } from "../proxmox/client.ts";
import { checkOneDevice } from "./data-sources/mdev-types/one-device.ts";
import { attributes as mdevTypesAttributes } from "./data-sources/mdev-types/schema.ts";
import { checkBounds } from "./data-sources/pci-devices/bounds.ts";
import { attributes as pciDevicesAttributes } from "./data-sources/pci-devices/schema.ts";
import { attributes as pciMappingsAttributes } from "./data-sources/pci-mappings/schema.ts";

export const mdevTypes: DataSource<typeof mdevTypesAttributes, ProxmoxClient> = dataSource({
  name: "mdev_types",
  description:
    "Reads the types of mediated devices (vGPUs) that a device of a node offers, and how many of each are left; the " +
    "device is named by its address or by a PCI mapping.",
  attributes: mdevTypesAttributes,
  validate: checkOneDevice,
  read: async (args, context) => {
    const { readMdevTypes } = await import("./data-sources/mdev-types.ts");
    return await readMdevTypes(args, context);
  },
});

export const pciDevices: DataSource<typeof pciDevicesAttributes, ProxmoxClient> = dataSource({
  name: "pci_devices",
  description:
    "Reads the PCI devices of Proxmox VE nodes through the API: every GPU with its vendor and device id, subsystem id " +
    "and IOMMU group, in values that fit `proxmox_hardware_mapping_pci` and the `hostpci` blocks of bpg/proxmox as they " +
    "are. Values within one argument are alternatives, different arguments must all hold; without any, every device of " +
    "every node is returned.",
  attributes: pciDevicesAttributes,
  validate: checkBounds,
  read: async (args, context) => {
    const { readPciDevices } = await import("./data-sources/pci-devices.ts");
    return (await readPciDevices(args, context)).result;
  },
});

export const pciMappings: DataSource<typeof pciMappingsAttributes, ProxmoxClient> = dataSource({
  name: "pci_mappings",
  description:
    "Compares the cluster's PCI mappings with the hardware of its nodes as Proxmox does when a guest starts, but finds " +
    "every mismatch, on every node, at plan time; and says how the lines should read. Needs Proxmox VE 8 or later.",
  attributes: pciMappingsAttributes,
  read: async (args, context) => {
    const { readPciMappings } = await import("./data-sources/pci-mappings.ts");
    return (await readPciMappings(args, context)).result;
  },
});

/** All of them, as the provider has them. */
export const dataSources = [mdevTypes, pciDevices, pciMappings];
