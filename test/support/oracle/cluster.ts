/** One record of `GET /nodes/NODE/hardware/pci`, as Proxmox sends it. */
export interface RawPci {
  id: string;
  class: string;
  vendor: string;
  device: string;
  iommugroup?: number;
  mdev?: number;
  nvidia?: number;
  vendor_name?: string;
  device_name?: string;
  subsystem_vendor?: string;
  subsystem_device?: string;
  subsystem_vendor_name?: string;
  subsystem_device_name?: string;
  physfn?: string;
  virtfns?: Record<string, string>;
}

/** One line of `GET /nodes/NODE/qemu/VMID/pending`. */
export interface RawPending {
  key: string;
  value?: string | number;
  pending?: string | number;
  delete?: number;
}

/** A guest of `GET /cluster/resources` with the answer of its `pending`. */
export interface RawGuest {
  vmid: number;
  type: "qemu" | "lxc";
  node: string;
  name?: string;
  status?: string;
  template?: number;
  pending: RawPending[];
}

/** One entry of `GET /cluster/mapping/pci`. */
export interface RawMapping {
  id: string;
  map: string[];
  mdev?: number;
}

/** Everything that a cluster answers; a node without an entry in `pci` is one that could not be read. */
export interface Cluster {
  /** Of the member that is asked. */
  version: { version: string };
  /** Of members that are of another release. */
  versions?: Record<string, { version: string }>;
  nodes: { node: string; status: string }[];
  /** Whether the member that answers has quorum; when left out it has. */
  quorate?: boolean;
  pci: Record<string, RawPci[]>;
  guests?: RawGuest[];
  mappings?: RawMapping[];
  /** Whether the token may see all mappings, and all guests; when left out it may. */
  seesMappings?: boolean;
  seesGuests?: boolean;
}

/** The results that a configuration may ask for. */
export const RESULTS = ["devices", "gpus", "by_node", "mappings", "pools"] as const;
export type ResultName = (typeof RESULTS)[number];

/** The arguments of `gpuhost_pci_devices`, as a user writes them. */
export interface Arguments {
  nodes?: string[];
  classes?: string[];
  vendor_ids?: string[];
  ids?: string[];
  subsystem_ids?: string[];
  paths?: string[];
  name_regex?: string;
  mdev?: boolean;
  virtual_functions?: boolean;
  physical_function?: string;
  at_least?: number;
  at_most?: number;
  unreachable_nodes?: "error" | "warn";
  accept?: string[];
  include_usage?: boolean;
  mapping_prefix?: string;
  mapping_names?: "address" | "model";
  results?: ResultName[];
}

/** The release of one member. */
export const versionOf = (cluster: Cluster, node: string): string =>
  (cluster.versions?.[node] ?? cluster.version).version;
