/** The examples in comments of the framework. `tsc` compiles them; a test compares them with the comments. */
import { computed, nestedList, optional, required } from "../../src/framework/attribute.ts";
import { known } from "../../src/framework/configuration.ts";
import { dataSource, type ReadContext } from "../../src/framework/data-source.ts";
import { optionalParameter, parameter, providerFunction } from "../../src/framework/function.ts";
import { path } from "../../src/framework/path.ts";
import { provider } from "../../src/framework/provider.ts";
import { checked, list, nullable, text } from "../../src/framework/type.ts";
import { oneOf } from "../../src/framework/validator.ts";

interface Node {
  readonly name: string;
  readonly version: string | null;
}
declare class Cluster {
  static at(endpoint: string, signal: AbortSignal): Promise<Cluster>;
  nodes(names: readonly string[] | null, signal: AbortSignal): Promise<readonly Node[]>;
}
const nodeName = oneOf("pve1", "pve2");

export const nodes = dataSource({
  name: "nodes",
  description: "The nodes of the cluster.",
  attributes: {
    names: optional(list(checked(text, nodeName)), "Only these nodes. Default: every member."),
    nodes: computed(
      nestedList({
        name: computed(text, "Name of the node."),
        version: computed(nullable(text), "Version of Proxmox VE; null while the node is offline."),
      }),
      "The nodes, ordered by name.",
    ),
  },
  async read({ names }, { instance, signal, diagnostics }: ReadContext<Cluster>) {
    const found = await instance.nodes(names, signal); // names: readonly string[] | null
    if (found.length === 0) diagnostics.error("Invalid Value", "No node has such a name.", path("names"));
    return { nodes: found }; // checked: all members are there, and no others
  },
});

export const mappingName = providerFunction({
  name: "mapping_name",
  summary: "Name of the mapping of a device",
  description: "…",
  parameters: [parameter("node", text, "Name of the node."), parameter("path", text, "Its address.")],
  rest: optionalParameter("prefix", text, "The beginning of the name. Default: `gpu`."),
  returns: text,
  run: (node, path, prefix) => `${prefix ?? "gpu"}-${node}-${path}`, // prefix: string | null
});

export const example = provider({
  name: "example",
  description: "…",
  bugReports: "https://example.org/issues",
  attributes: { endpoint: required(text, "URL of the API.") },
  configure(configuration, { signal }): Promise<Cluster> {
    const { endpoint } = known(configuration); // a string; while it is unknown, every read fails and says so
    return Cluster.at(endpoint, signal);
  },
  dataSources: [nodes],
  functions: [mappingName],
});
