import { type ApiMethod, type Call, requireAny, toPathNode } from "../api.ts";
import { type ClusterNode, type Guest, isQuorate, nodeOf } from "../cluster.ts";
import { guestResource } from "../guest-statistics.ts";
import type { Json, JsonObject } from "../json.ts";
import { nodeParameter, textParameter, vmidParameter } from "../parameters.ts";
import { parameterError } from "../proxmox-error.ts";

/** What a node's entry says only to those who may audit the node. */
const STATISTICS = ["cpu", "maxcpu", "mem", "maxmem", "disk", "maxdisk", "uptime"];

const RESOURCE_TYPES = ["vm", "storage", "node", "sdn"];

/** The cluster as a whole: its release, members, guests and, since nobody makes one, no pools. */
export const clusterEndpoints: readonly ApiMethod[] = [
  {
    method: "GET",
    path: "/version",
    parameters: {},
    permission: "all",
    run: ({ cluster, node }) => nodeOf(cluster, node).version ?? cluster.version,
  },
  {
    method: "GET",
    path: "/nodes/{node}/version",
    parameters: { node: nodeParameter },
    permission: "all",
    proxyTo: toPathNode,
    run: ({ cluster, node }) => nodeOf(cluster, node).version ?? cluster.version,
  },
  {
    method: "GET",
    path: "/nodes",
    parameters: {},
    permission: "all",
    run: (call) => members(call).map((node) => visibleEntry(call, node)),
  },
  {
    method: "GET",
    path: "/cluster/status",
    parameters: {},
    permission: requireAny("/", ["Sys.Audit"]),
    protected: true,
    run: clusterStatus,
  },
  {
    method: "GET",
    path: "/cluster/resources",
    parameters: { type: { type: "string", optional: true, enum: RESOURCE_TYPES } },
    permission: "all",
    run: (call) => {
      const type = textParameter(call.parameters, "type");
      return [
        ...(type === undefined || type === "vm" ? guestResources(call) : []),
        ...(type === undefined || type === "node"
          ? members(call).map((node) => nodeResource(call, node))
          : []),
      ];
    },
  },
  {
    method: "GET",
    path: "/cluster/nextid",
    parameters: { vmid: { ...vmidParameter, optional: true } },
    permission: "all",
    run: nextId,
  },
  {
    method: "GET",
    path: "/pools",
    parameters: { poolid: { type: "string", optional: true }, type: { type: "string", optional: true } },
    permission: "all",
    run: () => [],
  },
];

/** The lowest free number, as text; with `vmid` that very number when it is free. */
function nextId({ cluster, parameters }: Call): string {
  const asked = textParameter(parameters, "vmid");
  if (asked !== undefined) {
    if (cluster.guests.has(Number(asked))) throw parameterError({ vmid: `VM ${asked} already exists` });
    return asked;
  }
  let free = 100;
  while (cluster.guests.has(free)) free++;
  return String(free);
}

const members = ({ cluster, random }: Call): ClusterNode[] => random.shuffle([...cluster.nodes.values()]);

function visibleEntry({ cluster, caller }: Call, node: ClusterNode): JsonObject {
  if (caller !== null && cluster.access.allows(caller, `/nodes/${node.name}`, "Sys.Audit")) return node.entry;
  return Object.fromEntries(Object.entries(node.entry).filter(([key]) => !STATISTICS.includes(key)));
}

function nodeResource(call: Call, node: ClusterNode): JsonObject {
  const { ssl_fingerprint: _, ...entry } = visibleEntry(call, node);
  return { ...entry, ...node.staticInfo };
}

function guestResources({ cluster, caller, random }: Call): JsonObject[] {
  const visible = (guest: Guest): boolean =>
    caller !== null && cluster.access.allows(caller, `/vms/${guest.vmid}`, "VM.Audit");
  return random
    .shuffle([...cluster.guests.values()])
    .filter(visible)
    .map(guestResource);
}

function clusterStatus(call: Call): Json {
  const { cluster, node: local } = call;
  const nodes = members(call).map((node) => ({
    type: "node",
    id: `node/${node.name}`,
    name: node.name,
    nodeid: cluster.name === null ? 0 : node.id,
    ip: node.ip,
    local: node.name === local ? 1 : 0,
    online: node.entry.status === "offline" ? 0 : 1,
    level: node.entry["level"] ?? "",
  }));
  if (cluster.name === null) return nodes;
  const count = cluster.nodes.size;
  const summary = {
    type: "cluster",
    id: "cluster",
    name: cluster.name,
    nodes: count,
    version: count,
    quorate: isQuorate(cluster) ? 1 : 0,
  };
  return [summary, ...nodes];
}
