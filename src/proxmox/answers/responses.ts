/** The API's answers, as far as they are used. Unknown fields are ignored. */
import {
  distinct,
  elements,
  type Found,
  flag,
  integer,
  label,
  maybe,
  member,
  members,
  mismatch,
  name,
  nodeName,
  propertyString,
  text,
} from "./decode.ts";

/** `GET /nodes` */
export interface NodeSummary {
  readonly name: string;
  /** `unknown` means that there are no statistics yet, not that the node is down. */
  readonly status: "online" | "offline" | "unknown";
}

/** `GET /cluster/status` */
export interface ClusterStatus {
  /** null for a host without a cluster. */
  readonly cluster: { readonly name: string; readonly quorate: boolean | null } | null;
  readonly nodes: readonly {
    readonly name: string;
    readonly online: boolean;
    /** Whether it is the node that answers. */
    readonly local: boolean;
  }[];
}

/** `GET /access/permissions`: by path, then by privilege, whether it propagates to the paths below. */
export type Permissions = ReadonlyMap<string, ReadonlyMap<string, boolean>>;

/** `GET /cluster/resources?type=vm` */
export interface GuestSummary {
  readonly vmid: number;
  readonly type: GuestType;
  readonly node: string;
  readonly name: string | null;
  readonly template: boolean;
  readonly running: boolean;
}

export type GuestType = "qemu" | "lxc";

/** `GET /nodes/{node}/qemu/{vmid}/pending` */
export interface PendingEntry {
  readonly key: string;
  /** The current value; null when the entry is new. */
  readonly value: string | null;
  /** The value from the guest's next start on; null when it stays the same. */
  readonly pending: string | null;
  /** Whether its next start removes the entry. */
  readonly deleted: boolean;
}

/** `GET /cluster/mapping/pci` */
export interface PciMapping {
  readonly id: string;
  readonly description: string | null;
  readonly mediatedDevices: boolean;
  readonly liveMigrationCapable: boolean;
  /** Property strings: `id=10de:2204,node=pve1,path=0000:01:00,…` */
  readonly map: readonly string[];
}

/** `GET /nodes/{node}/hardware/pci/{id}/mdev` */
export interface MdevType {
  readonly type: string;
  readonly available: number;
  readonly description: string | null;
  readonly name: string | null;
}

/** More than any cluster has: Corosync is made for a few dozen. Each node is asked for its devices. */
const MAX_NODES = 512;

/** At least one, since the node that answers is a member. @throws Problem */
export function decodeNodes(data: Found): readonly NodeSummary[] {
  const nodes = elements(data);
  if (nodes.length === 0) throw mismatch(data, "a list of at least one node");
  if (nodes.length > MAX_NODES) throw mismatch(data, `a list of ${MAX_NODES} nodes at most`);
  return nodes.map((node) => {
    const status = maybe(member(node, "status"), text);
    return {
      name: nodeName(member(node, "node")),
      status: status === "online" || status === "offline" ? status : "unknown",
    };
  });
}

/** @throws Problem */
export function decodeClusterStatus(data: Found): ClusterStatus {
  const entries = elements(data).map((entry) => ({ entry, type: text(member(entry, "type")) }));
  const cluster = entries.find(({ type }) => type === "cluster");
  return {
    cluster:
      cluster === undefined
        ? null
        : {
            name: name(member(cluster.entry, "name")),
            quorate: maybe(member(cluster.entry, "quorate"), flag),
          },
    nodes: entries
      .filter(({ type }) => type === "node")
      .map(({ entry }) => ({
        name: nodeName(member(entry, "name")),
        online: maybe(member(entry, "online"), flag) ?? false,
        local: maybe(member(entry, "local"), flag) ?? false,
      })),
  };
}

/** @throws Problem */
export function decodePermissions(data: Found): Permissions {
  return new Map(
    members(data).map(([path, privileges]) => [
      path,
      new Map(members(privileges).map(([privilege, propagate]) => [privilege, flag(propagate)])),
    ]),
  );
}

/** Only virtual machines and containers. @throws Problem */
export function decodeGuests(data: Found): readonly GuestSummary[] {
  const guests: GuestSummary[] = [];
  for (const guest of elements(data)) {
    const type = text(member(guest, "type"));
    if (type !== "qemu" && type !== "lxc") continue;
    guests.push({
      vmid: integer(member(guest, "vmid")),
      type,
      node: nodeName(member(guest, "node")),
      name: maybe(member(guest, "name"), label),
      template: maybe(member(guest, "template"), flag) ?? false,
      running: maybe(member(guest, "status"), text) === "running",
    });
  }
  return distinct(guests, ({ vmid }) => vmid);
}

/** @throws Problem */
export function decodePending(data: Found): readonly PendingEntry[] {
  const entries = elements(data).map((entry) => ({
    key: name(member(entry, "key")),
    value: maybe(member(entry, "value"), configured(member(entry, "key").value)),
    pending: maybe(member(entry, "pending"), configured(member(entry, "key").value)),
    // 2 asks for the removal even if it fails at first (`--force`).
    deleted: (maybe(member(entry, "delete"), integer) ?? 0) > 0,
  }));
  return distinct(entries, ({ key }) => key);
}

/** A guest's configuration by key; only plain values. @throws Problem */
export function decodeGuestConfig(data: Found): ReadonlyMap<string, string> {
  return new Map(
    members(data)
      .filter(([, { value }]) => typeof value === "string" || typeof value === "number")
      .map(([key, value]) => [key, configured(key)(value)]),
  );
}

/** @throws Problem */
export function decodePciMappings(data: Found): readonly PciMapping[] {
  const mappings = elements(data).map(
    (mapping): PciMapping => ({
      id: name(member(mapping, "id")),
      description: maybe(member(mapping, "description"), text),
      mediatedDevices: maybe(member(mapping, "mdev"), flag) ?? false,
      liveMigrationCapable: maybe(member(mapping, "live-migration-capable"), flag) ?? false,
      map: elements(member(mapping, "map")).map((line) => propertyString(line)),
    }),
  );
  return distinct(mappings, ({ id }) => id);
}

/** @throws Problem */
export function decodeMdevTypes(data: Found): readonly MdevType[] {
  const types = elements(data).map((type) => ({
    type: name(member(type, "type")),
    available: integer(member(type, "available")),
    description: maybe(member(type, "description"), text),
    name: maybe(member(type, "name"), label),
  }));
  return distinct(types, ({ type }) => type);
}

/** Values that are never parsed and may be long: notes and keys. */
const LONG: ReadonlySet<unknown> = new Set(["description", "sshkeys"]);

/** An entry for PCI devices names only a few of them. */
const MAX_HOSTPCI = 2_048;

/** The reader for a value of a guest's configuration; JSON's booleans stand for Perl's. */
function configured(key: unknown): (found: Found) => string {
  if (LONG.has(key)) return text;
  const most = typeof key === "string" && key.startsWith("hostpci") ? MAX_HOSTPCI : undefined;
  return (found) => {
    if (typeof found.value === "boolean") return found.value ? "1" : "0";
    return propertyString(found, most);
  };
}
