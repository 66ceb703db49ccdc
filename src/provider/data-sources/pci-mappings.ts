/** `gpuhost_pci_mappings`: whether the mappings still fit the hardware, before a guest fails to start. */
import type { ArgumentsOf } from "../../framework/attribute.ts";
import type { ReadContext } from "../../framework/data-source.ts";
import { DiagnosticError, errorDiagnostic } from "../../framework/diagnostics.ts";
import { path } from "../../framework/path.ts";
import type { Host } from "../../pci/host.ts";
import { settle } from "../../pci/settlement.ts";
import type { ProxmoxClient } from "../../proxmox/client.ts";
import { permissionsOverMappings, warnOfHiddenMappings } from "../hidden-mappings.ts";
import { listRequest, nodeNotFound, readInventory } from "../inventory.ts";
import { mappingCheckOf } from "../mapping-check-release.ts";
import { nodeMappings, noSuchMapping, type ReadMapping, requireMappings } from "../mapping-list.ts";
import { explained } from "../proxmox-diagnostic.ts";
import { accepting } from "../word-list.ts";
import { enumerated } from "../wording.ts";
import {
  checkNode,
  lineResult,
  type NodeResult,
  type PciMappingsResult,
  type ReadNode,
} from "./pci-mappings/node-check.ts";
import { repairedLines } from "./pci-mappings/repaired.ts";
import type { Acceptable, attributes } from "./pci-mappings/schema.ts";
import {
  warnOfAlternatives,
  warnOfMissingIommu,
  warnOfUnchecked,
  warnOfUnreportedVirtualFunctions,
} from "./pci-mappings/warnings.ts";

type Arguments = ArgumentsOf<typeof attributes>;

/** The results, and what they were made of, for callers that show more. */
export interface PciMappingsReading {
  readonly result: PciMappingsResult;
  /** The chosen mappings, with their lines. */
  readonly mappings: readonly ReadMapping[];
  readonly known: ReadonlyMap<string, ReadNode>;
}

type ReadingContext = Pick<ReadContext<ProxmoxClient>, "instance" | "diagnostics" | "signal">;

/**
 * Does what the data source does.
 * @throws DiagnosticError for everything that can go wrong.
 */
export function readPciMappings(args: Arguments, context: ReadingContext): Promise<PciMappingsReading> {
  return explained("Unable to Read PCI Mappings", () => read(args, context));
}

async function read(
  { names, nodes, accept }: Arguments,
  { instance: client, diagnostics, signal }: ReadingContext,
): Promise<PciMappingsReading> {
  const accepts = accepting<Acceptable>(accept);
  // A user who names mappings can see that all of them were read.
  const asksForPermissions = names === null && !accepts("hidden_mappings");
  const [all, members, permissions] = await Promise.all([
    requireMappings(client, signal),
    client.nodes(signal),
    asksForPermissions ? permissionsOverMappings(client, signal) : null,
  ]);
  const chosen = names === null ? all : chooseMappings(names, all, client);
  const memberNames = new Set(members.map(({ name }) => name));
  const named = new Set(chosen.flatMap(({ lines }) => lines.map(({ node }) => node)));
  const checked = nodes === null ? memberNames.union(named) : chooseNodes(nodes, memberNames, named, client);

  const asked = [...checked].filter((node) => memberNames.has(node) && named.has(node));
  const inventory = await readInventory(client, asked, signal);
  const known = await settledNodes(client, inventory.hosts, all, chosen, signal);

  if (!accepts("unreachable")) await warnOfUnchecked(inventory.leftOut, client, diagnostics, signal);
  if (permissions !== null) warnOfHiddenMappings(permissions, diagnostics);
  if (!accepts("iommu_off")) warnOfMissingIommu(chosen, known, diagnostics);
  if (!accepts("alternatives")) warnOfAlternatives(chosen, known, diagnostics);
  if (!accepts("unreported_virtual_functions")) warnOfUnreportedVirtualFunctions(chosen, known, diagnostics);

  const results = chosen.map(
    (mapping) => [mapping.name, mappingResult(mapping, checked, memberNames, known)] as const,
  );
  return { result: { mappings: new Map(results) }, mappings: chosen, known };
}

/** Settles the lines of all mappings with the hardware of the nodes that were read. */
async function settledNodes(
  client: ProxmoxClient,
  hosts: readonly Host[],
  all: readonly ReadMapping[],
  chosen: readonly ReadMapping[],
  signal: AbortSignal,
): Promise<ReadonlyMap<string, ReadNode>> {
  const nodes = hosts.map(async (host): Promise<readonly [string, ReadNode]> => {
    const check = await mappingCheckOf(client, host, nodeMappings(chosen, host.node), signal);
    return [host.node, { host, check, settlement: settle(host, nodeMappings(all, host.node), check) }];
  });
  return new Map(await Promise.all(nodes));
}

function mappingResult(
  mapping: ReadMapping,
  checked: ReadonlySet<string>,
  members: ReadonlySet<string>,
  known: ReadonlyMap<string, ReadNode>,
) {
  const own = new Set(mapping.lines.map(({ node }) => node));
  const nodes = [...checked].filter((node) => members.has(node) || own.has(node)).sort();
  const results = new Map<string, NodeResult>(
    nodes.map((node) => [
      node,
      checkNode(mapping, node, known.get(node) ?? (members.has(node) ? "unreachable" : "stranger")),
    ]),
  );
  const repaired = repairedLines(mapping.name, mapping.lines, (node) => known.get(node)?.settlement);
  return {
    comment: mapping.description,
    mediated_devices: mapping.mediatedDevices,
    live_migration: mapping.liveMigration,
    entries: mapping.lines.map(lineResult),
    valid: results.values().every(({ status }) => status !== "invalid" && status !== "unknown_node"),
    repaired: repaired?.map(lineResult) ?? null,
    nodes: results,
  };
}

function chooseMappings(
  names: readonly string[],
  all: readonly ReadMapping[],
  client: ProxmoxClient,
): readonly ReadMapping[] {
  const existing = all.map(({ name }) => name).sort();
  const errors = names.flatMap((name, index) => {
    if (existing.includes(name)) return [];
    return [
      errorDiagnostic("PCI Mapping Not Found", noSuchMapping(name, existing, client), path("names", index)),
    ];
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return all.filter(({ name }) => names.includes(name));
}

/** Nodes that are members or that a line names; nothing can be said of any other. */
function chooseNodes(
  nodes: readonly string[],
  members: ReadonlySet<string>,
  named: ReadonlySet<string>,
  client: ProxmoxClient,
): ReadonlySet<string> {
  const known = [...members.union(named)].sort();
  const errors = nodes.flatMap((node, index) => {
    if (known.includes(node)) return [];
    return [
      nodeNotFound(
        `"${node}" is no node of this cluster (${listRequest(client)}), and no line of a mapping names it. There ${known.length === 1 ? "is" : "are"} ${enumerated(known)}.`,
        path("nodes", index),
      ),
    ];
  });
  if (errors.length > 0) throw new DiagnosticError(errors);
  return new Set(nodes);
}
