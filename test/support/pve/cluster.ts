import type { AccessControl } from "./access-control.ts";
import type { HighAvailability } from "./high-availability.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Storage } from "./storage.ts";
import type { Task } from "./task.ts";
import type { Tickets } from "./ticket.ts";
import { type Capabilities, capabilitiesOf } from "./version.ts";

/** An element of `hardware/pci` with everything that the newest release says of a device. */
export interface PciDevice extends JsonObject {
  /** Full address; the domain has four or more digits. */
  readonly id: string;
  /** `0x030000` */
  readonly class: string;
  /** `0x10de` */
  readonly vendor: string;
  /** `0x2204` */
  readonly device: string;
  /** -1 when the device is in no group, which is every device's answer while the IOMMU is off. */
  readonly iommugroup: number;
}

export interface ClusterNode {
  readonly name: string;
  /** Place in the corosync configuration, from 1 on; 0 for a host without a cluster. */
  readonly id: number;
  readonly ip: string;
  /** Data of its own `/version`, where it is not the cluster's: during an upgrade. */
  version?: JsonObject & { readonly version: string };
  /** The element of `/nodes`, with statistics. */
  entry: JsonObject & { readonly node: string; readonly status: string };
  /** What `/cluster/resources` says of the node beyond that, for example its cgroup mode. */
  staticInfo: JsonObject;
  /** The host's devices. Change them as you please: every answer is computed anew. */
  hardware: PciDevice[];
  /** Device address → the mediated device types it offers. */
  readonly mediatedTypes: Map<string, Json[]>;
  /** Addresses of devices that the host itself works with: its disks, its network, its screen. */
  readonly usedByHost: Set<string>;
  /** Addresses of devices that a start has bound to vfio-pci; they stay bound when the guest ends. */
  readonly boundToVfio: Set<string>;
}

/** One entry of `mapping/pci.cfg`. */
export interface Mapping {
  /** Property strings, one per device or per list of devices. */
  map: string[];
  description?: string;
  mdev?: 0 | 1;
  "live-migration-capable"?: 0 | 1;
}

export type GuestValue = string | number;

/** One instance of a type that a device has made. */
export interface MediatedDevice {
  /** Address of the device that made it. */
  readonly device: string;
  readonly type: string;
}

export interface Guest {
  readonly vmid: number;
  readonly type: "qemu" | "lxc";
  node: string;
  /** Digest of the configuration as Proxmox gave it; null when it is to be computed. */
  digest: string | null;
  /** Statistics as `/cluster/resources` gives them: name, status, template and so on. */
  resource: JsonObject;
  running: boolean;
  /** Addresses of the devices that it holds while it runs. */
  devices: string[];
  /** Mediated devices that it holds while it runs. */
  mediated?: MediatedDevice[];
  /** Running configuration. */
  config: Map<string, GuestValue>;
  /** Values that hold from the next start on. */
  pending: Map<string, GuestValue>;
  /** Keys that the next start removes; 2 when forced. */
  deleting: Map<string, 1 | 2>;
}

/** A whole cluster: what the stand-in's answers are computed from. Tests may change any of it at any time. */
export interface Cluster {
  /** Name of the cluster, or null for a host by itself. */
  name: string | null;
  /** Data of `/version`. */
  version: JsonObject & { readonly version: string };
  /** Whether the members that see each other are the majority; null: as the members that are not offline make it. */
  quorate: boolean | null;
  /** What starts of guests have taken from the host or from other guests, in words. */
  readonly harm: string[];
  /** The members by name. */
  readonly nodes: Map<string, ClusterNode>;
  readonly mappings: Map<string, Mapping>;
  /** Digest of the mappings' file as Proxmox gave it; null when it is to be computed. */
  mappingDigest: string | null;
  readonly guests: Map<number, Guest>;
  readonly highAvailability: HighAvailability;
  /** Storages by name. */
  readonly storages: Map<string, Storage>;
  /** Finished tasks by UPID. */
  readonly tasks: Map<string, Task>;
  readonly access: AccessControl;
  readonly tickets: Tickets;
}

/** What the cluster's release can do. */
export function capabilities(cluster: Cluster): Capabilities {
  return capabilitiesOf(cluster.version.version);
}

/** What one member's release can do: its own while the cluster is in the middle of an upgrade. */
export function capabilitiesOfNode(cluster: Cluster, node: string): Capabilities {
  return capabilitiesOf((cluster.nodes.get(node)?.version ?? cluster.version).version);
}

/** Whether the members that see each other are the majority. A host by itself always is. */
export function isQuorate(cluster: Cluster): boolean {
  if (cluster.name === null) return true;
  const online = [...cluster.nodes.values()].filter(({ entry }) => entry.status !== "offline").length;
  return cluster.quorate ?? online > cluster.nodes.size / 2;
}

/** Cuts a member off from all the others, as that member then sees it: it knows nothing of them, and has no quorum. */
export function cutOff(cluster: Cluster, node: string): void {
  for (const member of cluster.nodes.values()) {
    if (member.name !== node) member.entry = { ...member.entry, status: "offline" };
  }
  cluster.quorate = false;
}

/** A member that must exist. */
export function nodeOf(cluster: Cluster, name: string): ClusterNode {
  const node = cluster.nodes.get(name);
  if (node === undefined) throw new Error(`the cluster has no node '${name}'`);
  return node;
}
