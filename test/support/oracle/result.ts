export interface User {
  vmid: number;
  type: string;
  node: string;
  name: string | null;
  hostpci: string;
  mapping: string | null;
  pending: boolean;
}

export interface DeviceResult {
  node: string;
  path: string;
  id: string;
  subsystem_id: string | null;
  iommu_group: number | null;
  class: string;
  name: string | null;
  subsystem_name: string | null;
  mdev: boolean;
  gpu: boolean;
  physical_function: string | null;
  virtual_functions: string[];
  used_by: User[] | null;
}

export interface GpuResult {
  mapping_name: string;
  kind: "card" | "pf" | "vf";
  node: string;
  path: string;
  id: string;
  subsystem_id: string | null;
  iommu_group: number | null;
  name: string | null;
  functions: string[];
  iommu_groups: number[];
  isolated: boolean | null;
  group_peers: string[];
  mdev: boolean;
  used_by: User[] | null;
}

export interface MapElement {
  comment: null;
  id: string;
  iommu_group: number | null;
  node: string;
  path: string;
  subsystem_id: string | null;
}

export interface PoolResult {
  comment: string | null;
  mediated_devices: boolean;
  map: MapElement[];
}

export interface MappingResult extends PoolResult {
  kind: GpuResult["kind"];
  node: string;
}

export interface TableEntry {
  id: string;
  subsystem_id: string | null;
  iommu_group: number | null;
  mapping_name: string;
}

/** The computed attributes of `gpuhost_pci_devices`. */
export interface Result {
  devices: DeviceResult[];
  gpus: GpuResult[];
  by_node: Record<string, Record<string, TableEntry>>;
  mappings: Record<string, MappingResult>;
  pools: Record<string, PoolResult>;
}

/** A warning or an error without its words. */
export type Fact =
  | { kind: "iommu_off"; node: string }
  | { kind: "node_left_out"; node: string }
  | { kind: "not_isolated"; node: string; path: string; peers: string[] }
  | { kind: "left_behind"; node: string; path: string; functions: string[] }
  | { kind: "pf_in_no_pool"; node: string; path: string }
  | { kind: "virtual_functions_untold"; node: string }
  | { kind: "path_unmatched"; element: string };

export type Failure =
  | { kind: "unknown_node"; node: string }
  | { kind: "unreachable"; node: string }
  | { kind: "path_unmatched"; element: string }
  | { kind: "too_few"; count: number }
  | { kind: "too_many"; count: number }
  | { kind: "same_name"; name: string; bearers: string[] };

/** What a read ends with: the state and its warnings, or every reason why it fails. */
export type Outcome = { state: Result; warnings: Fact[] } | { failures: Failure[] };
