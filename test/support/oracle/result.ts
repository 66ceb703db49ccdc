export interface User {
  vmid: number;
  type: string;
  node: string;
  name: string | null;
  running: boolean;
  template: boolean;
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

/** The computed attributes of `gpuhost_pci_devices`; what was not asked for is null. */
export interface Result {
  devices: DeviceResult[] | null;
  gpus: GpuResult[] | null;
  by_node: Record<string, Record<string, TableEntry>> | null;
  mappings: Record<string, MappingResult> | null;
  pools: Record<string, PoolResult> | null;
}

/** The same when everything was asked for. */
export type CompleteResult = { [Name in keyof Result]: NonNullable<Result[Name]> };

/** A state that has every result. @throws Error when one is null. */
export function complete(state: Result): CompleteResult {
  const missing = Object.entries(state).find(([, value]) => value === null);
  if (missing !== undefined) throw new Error(`${missing[0]} is null`);
  return state as CompleteResult;
}

/** A warning without its words. */
export type Fact =
  | { kind: "iommu_off"; node: string }
  | { kind: "no_group"; node: string; path: string }
  | { kind: "node_left_out"; node: string }
  | { kind: "not_isolated"; node: string; path: string; peers: string[] }
  | { kind: "left_behind"; node: string; path: string; functions: string[] }
  | { kind: "pf_in_no_pool"; node: string; path: string }
  | { kind: "virtual_functions_untold"; node: string }
  | { kind: "path_unmatched"; element: string }
  | { kind: "nothing_selected" }
  | { kind: "usage_incomplete" }
  | { kind: "hidden_mappings" }
  | { kind: "name_moved"; name: string }
  | { kind: "name_lost"; name: string };

/** An error without its words. */
export type Failure =
  | { kind: "unknown_node"; node: string }
  | { kind: "unreachable"; node: string }
  | { kind: "no_quorum" }
  | { kind: "path_unmatched"; element: string }
  | { kind: "too_few"; count: number }
  | { kind: "too_many"; count: number }
  | { kind: "same_name"; name: string; bearers: string[] };

/** What a read ends with: the state and its warnings, or every reason why it fails. */
export type Outcome = { state: Result; warnings: Fact[] } | { failures: Failure[] };
