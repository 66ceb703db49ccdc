/** `gpuhost_pci_mappings`: whether the mappings still fit the hardware, before a guest fails to start. */
import type { ArgumentsOf } from "../../framework/attribute.ts";
import { type DataSource, dataSource, type ReadContext } from "../../framework/data-source.ts";
import { DiagnosticError, type Diagnostics, errorDiagnostic } from "../../framework/diagnostics.ts";
import { path } from "../../framework/path.ts";
import { type NodeMapping, settle } from "../../pci/settlement.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { warnOfHiddenMappings } from "../hidden-mappings.ts";
import { type LeftOut, readInventory } from "../inventory.ts";
import { noSuchMapping, type ReadMapping, readMappings } from "../mapping-list.ts";
import { explained } from "../proxmox-diagnostic.ts";
import { enumerated, itemised } from "../wording.ts";
import {
  checkNode,
  lineResult,
  type NodeKnowledge,
  type NodeResult,
  type PciMappingsResult,
} from "./pci-mappings/node-check.ts";
import { attributes } from "./pci-mappings/schema.ts";

type Arguments = ArgumentsOf<typeof attributes>;

export const pciMappings: DataSource<typeof attributes, ProxmoxClient> = dataSource({
  name: "pci_mappings",
  description:
    "Compares the cluster's PCI mappings with the hardware of its nodes as Proxmox does when a guest starts, but finds " +
    "every mismatch, on every node, at plan time; and says how the lines should read. Needs Proxmox VE 8 or later.",
  attributes,
  read: (args, context) => explained("Unable to Read PCI Mappings", () => read(args, context)),
});

async function read(
  { names, nodes }: Arguments,
  { instance: client, diagnostics, signal }: ReadContext<ProxmoxClient>,
): Promise<PciMappingsResult> {
  const [all, members, permissions] = await Promise.all([
    readMappings(client, signal),
    client.nodes(signal),
    client.permissions(signal),
  ]);
  const chosen = names === null ? all : chooseMappings(names, all);
  const memberNames = new Set(members.map(({ name }) => name));
  const named = new Set(chosen.flatMap(({ lines }) => lines.map(({ node }) => node)));
  const checked =
    nodes === null ? [...memberNames.union(named)].sort() : chooseNodes(nodes, memberNames, named);

  const asked = checked.filter((node) => memberNames.has(node) && named.has(node));
  const inventory = await readInventory(client, asked, signal);
  warnOfUnchecked(inventory.leftOut, diagnostics);
  warnOfHiddenMappings(permissions, diagnostics);

  const known = new Map<string, NodeKnowledge>(
    inventory.hosts.map((host) => [
      host.node,
      { kind: "read", host, settlement: settle(host, linesFor(host.node, all)) },
    ]),
  );
  const knowledge = (node: string): NodeKnowledge =>
    known.get(node) ?? { kind: memberNames.has(node) ? "unreachable" : "stranger" };
  return {
    mappings: new Map(chosen.map((mapping) => [mapping.id, mappingResult(mapping, checked, knowledge)])),
  };
}

/** The lines of all mappings for one node. */
function linesFor(node: string, mappings: readonly ReadMapping[]): readonly NodeMapping[] {
  return mappings.map(({ id, mediatedDevices, lines }) => ({
    name: id,
    mediatedDevices,
    lines: lines.filter((line) => line.node === node),
  }));
}

function mappingResult(
  mapping: ReadMapping,
  nodes: readonly string[],
  knowledge: (node: string) => NodeKnowledge,
) {
  const results = new Map<string, NodeResult>(
    nodes.map((node) => [node, checkNode(mapping, node, () => knowledge(node))]),
  );
  return {
    comment: mapping.description,
    mediated_devices: mapping.mediatedDevices,
    entries: mapping.lines.map(lineResult),
    valid: results.values().every(({ status }) => status !== "invalid" && status !== "unknown_node"),
    nodes: results,
  };
}

function warnOfUnchecked(leftOut: readonly LeftOut[], diagnostics: Diagnostics): void {
  if (leftOut.length === 0) return;
  diagnostics.warning(
    "Mappings Not Checked on Every Node",
    "The lines for nodes that could not be asked were not compared with their hardware:" +
      itemised(leftOut.map(({ node, reason }) => `${node}: ${reason}`)),
  );
}

function chooseMappings(names: readonly string[], all: readonly ReadMapping[]): readonly ReadMapping[] {
  const existing = all.map(({ id }) => id).sort();
  const errors = names.flatMap((name, index) => {
    if (existing.includes(name)) return [];
    return [errorDiagnostic("PCI Mapping Not Found", noSuchMapping(name, existing), path("names", index))];
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return all.filter(({ id }) => names.includes(id));
}

/** Nodes that are members, or that a line names: of any other nothing can be said. */
function chooseNodes(
  nodes: readonly string[],
  members: ReadonlySet<string>,
  named: ReadonlySet<string>,
): readonly string[] {
  const known = [...members.union(named)].sort();
  const errors = nodes.flatMap((node, index) => {
    if (known.includes(node)) return [];
    return [
      errorDiagnostic(
        "Node Not Found",
        `"${node}" is no node of this cluster, and no line of a mapping names it. There are ${enumerated(known)}.`,
        path("nodes", index),
      ),
    ];
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return [...new Set(nodes)].sort();
}
