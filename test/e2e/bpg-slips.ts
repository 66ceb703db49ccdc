/** Mistyped digits, and what Proxmox says of each. */

/** One card as somebody wrote it down, and what Proxmox says of it when its VM is to start. */
export interface Slip {
  readonly wrong: string;
  readonly node: string;
  readonly line: {
    readonly path: string;
    readonly id: string;
    readonly subsystem_id?: string;
    readonly iommu_group?: number;
  };
  readonly mediated?: boolean;
  /** Name of the card's mapping in the data source. */
  readonly unit: string;
  readonly refusal: string;
  /** What the VM gets when the data source writes the line. */
  readonly devices: readonly string[];
}

const RTX3090 = { path: "0000:01:00", id: "10de:2204", subsystem_id: "1462:3884", iommu_group: 14 };
export const slips: Readonly<Record<string, Slip>> = {
  "wrong-id": {
    wrong: "the device id",
    node: "pve1",
    line: { ...RTX3090, id: "10de:2206" },
    unit: "gpu-pve1-01-00",
    refusal: "'id' does not match for 'wrong-id' (10de:2204 != 10de:2206)",
    devices: ["0000:01:00.0", "0000:01:00.1"],
  },
  "wrong-group": {
    wrong: "the IOMMU group",
    node: "pve1",
    line: { path: "0000:02:00", id: "10de:1e07", subsystem_id: "1043:866a", iommu_group: 14 },
    unit: "gpu-pve1-02-00",
    refusal: "'iommugroup' does not match for 'wrong-group' (15 != 14)",
    devices: ["0000:02:00.0", "0000:02:00.1", "0000:02:00.2", "0000:02:00.3"],
  },
  "no-subsystem": {
    wrong: "no subsystem id",
    node: "pve1",
    line: { path: "0000:05:00", id: "10de:2b85", iommu_group: 17 },
    unit: "gpu-pve1-05-00",
    refusal: "missing expected property 'subsystem-id' for device '0000:05:00.0'",
    devices: ["0000:05:00.0", "0000:05:00.1"],
  },
  "wrong-subsystem": {
    wrong: "the subsystem id",
    node: "pve2",
    line: { path: "0000:a4:00.0", id: "8086:56c0", subsystem_id: "8086:4906", iommu_group: 45 },
    unit: "gpu-pve2-a4-00",
    refusal: "'subsystem-id' does not match for 'wrong-subsystem' (8086:4905 != 8086:4906)",
    devices: ["0000:a4:00.0"],
  },
  "minus-one": {
    wrong: "a group of -1, as Proxmox says where there is none",
    node: "pve2",
    line: { path: "0000:a1:00.0", id: "1002:740f", subsystem_id: "1002:0c34", iommu_group: -1 },
    unit: "gpu-pve2-a1-00",
    refusal: "'iommugroup' does not match for 'minus-one' (42 != -1)",
    devices: ["0000:a1:00.0"],
  },
  "no-mdev-flag": {
    wrong: "mediated_devices left out for a card that has them",
    node: "pve1",
    line: { path: "0000:00:02.0", id: "8086:3e92", subsystem_id: "1458:d000", iommu_group: 0 },
    unit: "gpu-pve1-00-02",
    refusal: "'mdev' does not match for 'no-mdev-flag' (1 != 0)",
    devices: ["0000:00:02.0"],
  },
  "mdev-flag": {
    wrong: "mediated_devices set for a card that has none",
    node: "pve2",
    line: { path: "0000:a2:00.0", id: "1002:74a1", subsystem_id: "1002:74a1", iommu_group: 43 },
    mediated: true,
    unit: "gpu-pve2-a2-00",
    refusal: "'mdev' does not match for 'mdev-flag' (0 != 1)",
    devices: ["0000:a2:00.0"],
  },
  "wrong-address": {
    wrong: "the address",
    node: "pve2",
    line: { path: "0000:82:00.0", id: "10de:20f1", subsystem_id: "10de:145f", iommu_group: 41 },
    unit: "gpu-pve2-81-00",
    refusal: "pci device '0000:82:00.0' not found",
    devices: ["0000:81:00.0"],
  },
  "upper-case": {
    wrong: "ids as some tools print them",
    node: "pve2",
    line: { path: "0000:41:00.0", id: "10DE:20F1", subsystem_id: "10DE:145F", iommu_group: 40 },
    unit: "gpu-pve2-41-00",
    refusal: "'id' does not match for 'upper-case' (10de:20f1 != 10DE:20F1)",
    devices: ["0000:41:00.0"],
  },
  "whole-slot": {
    wrong: "the slot of a card whose function .0 is not the display",
    node: "pve1",
    line: { path: "0000:0b:00", id: "1002:1638", subsystem_id: "1002:1638", iommu_group: 20 },
    unit: "gpu-pve1-0b-00-1",
    refusal: "'id' does not match for 'whole-slot' (1022:1455 != 1002:1638)",
    devices: ["0000:0b:00.1"],
  },
};
