import { readFileSync } from "node:fs";
import type { Cluster, ClusterNode, Mapping, PciDevice } from "./cluster.ts";
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
  return value as unknown as Hardware;
}

/** Builds a cluster with the hardware of a file, the standard users and no guests. */
export function hardwareCluster(hardware: Hardware): { cluster: Cluster; tokens: StandardTokens } {
  const release = capabilitiesOf(hardware.version.version);
  const { access, tokens } = standardAccess(release);
  const nodes = new Map<string, ClusterNode>();
  const names = hardware.nodes.map(({ node }) => node).toSorted();
  for (const [index, name] of names.entries()) {
    const entry = hardware.nodes.find(({ node }) => node === name);
    if (entry === undefined) continue;
    nodes.set(name, {
      name,
      id: index + 1,
      ip: `192.0.2.${index + 1}`,
      entry: { type: "node", id: `node/${name}`, level: "", ...entry, status: entry.status ?? "online" },
      staticInfo: { "cgroup-mode": 2, ...(release.major >= 9 ? { "host-arch": "x86_64" } : {}) },
      hardware: [...(hardware.pci[name] ?? [])],
      mediatedTypes: new Map(
        Object.entries(hardware.mdev?.[name] ?? {}).map(([device, types]) => [device, [...types]]),
      ),
    });
  }
  const mappings = new Map<string, Mapping>();
  let mappingDigest: string | null = null;
  for (const { id, type: _, digest, checks: __, ...mapping } of hardware.mappings ?? []) {
    mappings.set(String(id), mapping as unknown as Mapping);
    if (typeof digest === "string") mappingDigest = digest;
  }
  return {
    cluster: {
      name: nodes.size > 1 ? "lab" : null,
      version: hardware.version,
      nodes,
      mappings,
      mappingDigest,
      guests: new Map(),
      storages: defaultStorages(),
      tasks: new Map(),
      access,
      tickets: new Tickets(),
    },
    tokens,
  };
}
