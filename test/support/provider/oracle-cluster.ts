import type { Cluster } from "../oracle/cluster.ts";
import type { PveStandIn } from "../pve/stand-in.ts";

/** What the oracle has to know of a stand-in's cluster: the devices of every node that answers. */
export function oracleCluster({ cluster }: PveStandIn): Cluster {
  const nodes = [...cluster.nodes.values()];
  return {
    version: cluster.version,
    versions: Object.fromEntries(nodes.map(({ name, version }) => [name, version ?? cluster.version])),
    nodes: nodes.map(({ entry }) => entry),
    pci: Object.fromEntries(
      nodes.filter(({ entry }) => entry.status === "online").map(({ name, hardware }) => [name, hardware]),
    ) as Cluster["pci"],
  };
}
