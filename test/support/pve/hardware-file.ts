import { readFileSync } from "node:fs";
import type { Cluster, ClusterNode, Mapping, PciDevice } from "./cluster.ts";
import { addGuests, type GuestRecord, guestsProblem } from "./hardware-guests.ts";
import { noHighAvailability } from "./high-availability.ts";
import { isJsonObject, type Json, type JsonObject } from "./json.ts";
import { type StandardTokens, standardAccess } from "./standard-access.ts";
import { defaultStorages } from "./storage.ts";
import { Tickets } from "./ticket.ts";
import { capabilitiesOf } from "./version.ts";

/** A whole cluster as one JSON value: answers of Proxmox side by side. */
export interface Hardware {
  /** Data of `/version`. */
  readonly version: JsonObject & { readonly version: string };
  /** Entries of `/nodes`. */
  readonly nodes: readonly ClusterNode["entry"][];
  /** Node → data of its `hardware/pci` with an empty blacklist. */
  readonly pci: Readonly<Record<string, readonly PciDevice[]>>;
  /** Node → device → its mediated device types. */
  readonly mdev?: Readonly<Record<string, Readonly<Record<string, readonly Json[]>>>>;
  /** Entries of `/cluster/mapping/pci`. */
  readonly mappings?: readonly JsonObject[];
  /** Node → data of its own `/version`, for members that are not of the cluster's release: during an upgrade. */
  readonly versions?: Readonly<Record<string, NonNullable<ClusterNode["version"]>>>;
  /** Whether the members that see each other are the majority; left out: as the offline ones make it. */
  readonly quorate?: boolean;
  /** Node → addresses of devices that the host itself works with. */
  readonly host?: Readonly<Record<string, readonly string[]>>;
  readonly guests?: readonly GuestRecord[];
}

/**
 * Reads a hardware file.
 *
 * @throws Error naming what is missing or of the wrong shape.
 */
export function readHardwareFile(path: string | URL): Hardware {
  const wrong = (what: string, cause?: unknown): Error => new Error(`${path}: ${what}`, { cause });
  const text = readFileSync(path, "utf8");
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw wrong("is not JSON", error);
  }
  if (!isJsonObject(value)) throw wrong("must be a JSON object");
  const { version, nodes, pci } = value;
  if (!isJsonObject(version) || typeof version["version"] !== "string") {
    throw wrong('"version" must be the data of /version');
  }
  if (
    !Array.isArray(nodes) ||
    !nodes.every((node) => isJsonObject(node) && typeof node["node"] === "string")
  ) {
    throw wrong('"nodes" must be a list of entries of /nodes');
  }
  if (!isJsonObject(pci) || !Object.values(pci).every(Array.isArray)) {
    throw wrong('"pci" must give every node its list of devices');
  }
  const problem = furtherProblem(
    value,
    nodes.map(({ node }) => String(node)),
  );
  if (problem !== null) throw wrong(problem);
  return value as unknown as Hardware;
}

/** What is wrong with the parts of a hardware file that may be left out, or null. */
function furtherProblem(file: JsonObject, members: readonly string[]): string | null {
  const { pci, mdev = {}, mappings = [], versions = {}, quorate = true, host = {}, guests = [] } = file;
  const keyed = { pci, mdev, versions, host };
  for (const [name, part] of Object.entries(keyed)) {
    if (!isJsonObject(part)) return `"${name}" must be a JSON object with nodes for keys`;
    const stranger = Object.keys(part).find((node) => !members.includes(node));
    if (stranger !== undefined)
      return `"${name}" names ${JSON.stringify(stranger)}, which is not among "nodes"`;
  }
  for (const [node, version] of Object.entries(versions as JsonObject)) {
    const text = isJsonObject(version) ? version["version"] : undefined;
    if (typeof text !== "string")
      return `"versions" must give ${JSON.stringify(node)} the data of its /version`;
  }
  for (const [node, addresses] of Object.entries(host as JsonObject)) {
    const there = (pci as Hardware["pci"])[node]?.map(({ id }) => id) ?? [];
    if (!Array.isArray(addresses)) return `"host" must give ${JSON.stringify(node)} a list of addresses`;
    const missing = addresses.find((address) => !there.includes(String(address)));
    if (missing !== undefined) {
      return `"host" says that ${JSON.stringify(node)} uses ${JSON.stringify(missing)}, which its list of devices has not`;
    }
  }
  if (!Array.isArray(mappings) || !mappings.every((one) => isJsonObject(one) && Array.isArray(one["map"]))) {
    return '"mappings" must be a list of entries of /cluster/mapping/pci';
  }
  if (typeof quorate !== "boolean") return '"quorate" must be true or false';
  return guestsProblem(guests, members);
}

/** Builds a cluster with the hardware of a file, its guests and the standard users. */
export function hardwareCluster(hardware: Hardware): { cluster: Cluster; tokens: StandardTokens } {
  const release = capabilitiesOf(hardware.version.version);
  const { access, tokens } = standardAccess(release);
  const names = memberNames(hardware);
  const nodes = new Map(names.map((name, index) => [name, memberOf(hardware, name, index + 1)]));
  const mappings = new Map<string, Mapping>();
  let mappingDigest: string | null = null;
  for (const entry of hardware.mappings ?? []) {
    mappings.set(String(entry["id"]), mappingOf(entry));
    if (typeof entry["digest"] === "string") mappingDigest = entry["digest"];
  }
  const cluster: Cluster = {
    name: clusterName(nodes.size),
    version: hardware.version,
    quorate: hardware.quorate ?? null,
    harm: [],
    nodes,
    mappings,
    mappingDigest,
    guests: new Map(),
    storages: defaultStorages(),
    highAvailability: noHighAvailability(),
    tasks: new Map(),
    access,
    tickets: new Tickets(),
  };
  addGuests(cluster, hardware.guests ?? []);
  return { cluster, tokens };
}

/** The name of a cluster of so many members; a host by itself is none. */
export function clusterName(members: number): string | null {
  return members > 1 ? "lab" : null;
}

/** The members of a hardware file, in order. */
export function memberNames(hardware: Hardware): string[] {
  return hardware.nodes.map(({ node }) => node).toSorted();
}

/** One member of a hardware file. @param id its place in the cluster, from 1 on */
export function memberOf(hardware: Hardware, name: string, id: number): ClusterNode {
  const release = capabilitiesOf(hardware.version.version);
  const entry = hardware.nodes.find(({ node }) => node === name) ?? { node: name, status: "online" };
  const version = hardware.versions?.[name];
  return {
    name,
    id,
    ip: `192.0.2.${id}`,
    entry: { type: "node", id: `node/${name}`, level: "", ...entry, status: entry.status ?? "online" },
    staticInfo: { "cgroup-mode": 2, ...(release.major >= 9 ? { "host-arch": "x86_64" } : {}) },
    hardware: [...(hardware.pci[name] ?? [])],
    mediatedTypes: new Map(
      Object.entries(hardware.mdev?.[name] ?? {}).map(([device, types]) => [device, [...types]]),
    ),
    usedByHost: new Set(hardware.host?.[name]),
    boundToVfio: new Set(),
    ...(version === undefined ? {} : { version }),
  };
}

/** One entry of `/cluster/mapping/pci` as the cluster keeps it. */
export function mappingOf({ id: _, type: __, digest: ___, checks: ____, ...mapping }: JsonObject): Mapping {
  return mapping as unknown as Mapping;
}
