import type { Arguments, Cluster, ResultName } from "./cluster.ts";
import { RESULTS, versionOf } from "./cluster.ts";
import { factsOf } from "./facts.ts";
import { nodeOfElement, pathMeans, selected } from "./filter.ts";
import { canLead, type Fn, functionsOf, isGpu, slotPath } from "./hardware.ts";
import { addressName, modelNames, type NameFact, poolName } from "./mapping-names.ts";
import { withClusterNames } from "./names.ts";
import type { Named, ReadNode } from "./read-node.ts";
import type {
  DeviceResult,
  Fact,
  Failure,
  GpuResult,
  MapElement,
  Outcome,
  Result,
  TableEntry,
  User,
} from "./result.ts";
import { Sriov, tellsVirtualFunctions } from "./sriov.ts";
import { type Unit, unitsOf } from "./unit.ts";
import { usersOf, usersOfAny } from "./usage.ts";

/**
 * What `gpuhost_pci_devices` has to answer, worked out without haste and without the product's code, so that
 * the two can be compared. Arguments are taken as valid.
 */
export function oracle(cluster: Cluster, args: Arguments): Outcome {
  const wanted = wantedNodes(cluster, args);
  const strangers = wanted.filter((node) => !cluster.nodes.some((entry) => entry.node === node));
  if (strangers.length > 0) return { failures: strangers.map((node) => ({ kind: "unknown_node", node })) };

  const warnings: Fact[] = [];
  const read = wanted.filter((node) => isThere(cluster, node));
  const leftOut = wanted.filter((node) => !read.includes(node));
  if (leftOut.length > 0 && cluster.quorate === false) return { failures: [{ kind: "no_quorum" }] };
  if (leftOut.length > 0 && args.unreachable_nodes !== "warn") {
    return { failures: leftOut.map((node) => ({ kind: "unreachable", node })) };
  }
  warnings.push(...leftOut.map((node): Fact => ({ kind: "node_left_out", node })));

  const records = withClusterNames(read.map((node) => cluster.pci[node] ?? []));
  const nodes = read.map((node, index): ReadNode => {
    const tells = tellsVirtualFunctions(versionOf(cluster, node));
    const sriov = new Sriov(functionsOf(node, records[index] ?? []), tells);
    return { node, sriov, chosen: sriov.all.filter((f) => selected(f, sriov, args)), units: [] };
  });
  const failures = checkPaths(args, nodes, leftOut, warnings);
  const count = nodes.reduce((sum, { chosen }) => sum + chosen.length, 0);
  if (args.at_least !== undefined && count < args.at_least) failures.push({ kind: "too_few", count });
  if (args.at_most !== undefined && count > args.at_most) failures.push({ kind: "too_many", count });
  if (failures.length > 0) return { failures };

  const results = new Set<ResultName>(args.results ?? RESULTS);
  const names = [...results].some((name) => name !== "devices") ? nameUnits(nodes, cluster, args) : [];
  const clashes = sameNames(nodes.flatMap(({ units }) => units));
  if (clashes.length > 0) return { failures: clashes };
  // Who is told of every element that it matches nothing need not be told that nothing is selected.
  const unmatched = warnings.flatMap((warning) => (warning.kind === "path_unmatched" ? warning.element : []));
  const silent = args.paths?.every((element) => unmatched.includes(element)) === true;
  const facts = factsOf(cluster, args, nodes, names, count);
  warnings.push(...facts.filter(({ kind }) => !(silent && kind === "nothing_selected")));
  return { state: stateOf(cluster, args, nodes, results), warnings };
}

/** The nodes that are asked: all, or those that `nodes` or every element of `paths` names. */
function wantedNodes(cluster: Cluster, args: Arguments): string[] {
  const named = args.paths?.map(nodeOfElement) ?? [null];
  const ofPaths = named.every((node) => node !== null) ? named : undefined;
  const nodes = args.nodes ?? ofPaths ?? cluster.nodes.map(({ node }) => node);
  return [...new Set(nodes)].sort();
}

const statusOf = (cluster: Cluster, node: string): string | undefined =>
  cluster.nodes.find((entry) => entry.node === node)?.status;

const isThere = (cluster: Cluster, node: string): boolean =>
  statusOf(cluster, node) !== "offline" && cluster.pci[node] !== undefined;

/** Elements of `paths` that match nothing are errors, or warnings where a node that was left out may have them. */
function checkPaths(args: Arguments, nodes: ReadNode[], leftOut: string[], warnings: Fact[]): Failure[] {
  const failures: Failure[] = [];
  for (const element of new Set(args.paths ?? [])) {
    if (nodes.some(({ sriov }) => sriov.all.some((f) => pathMeans(element, f)))) continue;
    const node = nodeOfElement(element);
    const elsewhere = node === null ? leftOut.length > 0 : leftOut.includes(node);
    const list: (Fact | Failure)[] = elsewhere ? warnings : failures;
    list.push({ kind: "path_unmatched", element });
  }
  return failures;
}

/** Names the units around selected functions, and tells what a person has to know of the names. */
function nameUnits(nodes: ReadNode[], cluster: Cluster, args: Arguments): NameFact[] {
  const told: NameFact[] = [];
  for (const node of nodes) {
    const units = unitsOf(node.sriov);
    const byModel = args.mapping_names === "model" ? modelNames(units, cluster, args) : null;
    node.units = units
      .filter(({ functions }) => functions.some((f) => canLead(f) && node.chosen.includes(f)))
      .map((unit) => ({ unit, name: byModel?.names.get(unit) ?? addressName(unit, args) }));
    told.push(...(byModel?.facts ?? []));
  }
  return told;
}

function sameNames(named: Named[]): Failure[] {
  return [...new Set(named.map(({ name }) => name))].flatMap((name): Failure[] => {
    const bearers = named.filter((one) => one.name === name);
    if (bearers.length === 1) return [];
    return [
      { kind: "same_name", name, bearers: bearers.map(({ unit }) => `${unit.node} ${unit.main.path}`) },
    ];
  });
}

function stateOf(cluster: Cluster, args: Arguments, nodes: ReadNode[], results: Set<ResultName>): Result {
  const usage = <T>(users: () => T): T | null => (args.include_usage === true ? users() : null);
  const ifWanted = <T>(name: ResultName, value: T): T | null => (results.has(name) ? value : null);
  const named = nodes.flatMap(({ units }) => units);
  const chosen = nodes.flatMap((node) => node.chosen);
  return {
    devices: ifWanted(
      "devices",
      chosen.map((f) =>
        deviceResult(
          f,
          usage(() => usersOf(f.node, f.path, cluster)),
        ),
      ),
    ),
    gpus: ifWanted(
      "gpus",
      named.map((one) =>
        gpuResult(
          one,
          usage(() => usersOfUnit(one.unit, cluster)),
        ),
      ),
    ),
    by_node: ifWanted("by_node", Object.fromEntries(nodes.map(({ node, units }) => [node, tableOf(units)]))),
    mappings: ifWanted(
      "mappings",
      Object.fromEntries(
        named.map(({ unit, name }) => [name, { kind: unit.kind, node: unit.node, ...mappingOf([unit]) }]),
      ),
    ),
    pools: ifWanted("pools", poolsOf(named, args)),
  };
}

const usersOfUnit = (unit: Unit, cluster: Cluster): User[] | null =>
  usersOfAny(
    unit.node,
    unit.functions.map(({ path }) => path),
    cluster,
  );

function poolsOf(named: Named[], args: Arguments): Result["pools"] {
  const pools = new Map<string, Unit[]>();
  for (const { unit } of named) {
    const name = poolName(unit, args);
    if (name !== null) pools.set(name, [...(pools.get(name) ?? []), unit]);
  }
  return Object.fromEntries([...pools].map(([name, units]) => [name, mappingOf(units)]));
}

/** A mapping of units; its comment is the first one's name. */
function mappingOf(units: Unit[]): { comment: string | null; mediated_devices: boolean; map: MapElement[] } {
  const [first] = units;
  return {
    comment: first?.main.name?.trim() || null,
    mediated_devices: first?.main.mdev ?? false,
    map: units.map(mapElement),
  };
}

/** Every function of the units, and the slots of those that are passed as a whole. */
function tableOf(units: Named[]): Record<string, TableEntry> {
  const table: Record<string, TableEntry> = {};
  for (const { unit, name } of units) {
    const entry = (f: Fn): TableEntry => ({
      id: f.id,
      subsystem_id: f.subsystemId,
      iommu_group: f.group,
      mapping_name: name,
    });
    for (const f of unit.functions) table[f.path] = entry(f);
    if (unit.path === slotPath(unit.main)) table[unit.path] = entry(unit.main);
  }
  return table;
}

function deviceResult(f: Fn, used_by: DeviceResult["used_by"]): DeviceResult {
  return {
    node: f.node,
    path: f.path,
    id: f.id,
    subsystem_id: f.subsystemId,
    iommu_group: f.group,
    class: f.class,
    name: f.name,
    subsystem_name: f.subsystemName,
    mdev: f.mdev,
    gpu: isGpu(f),
    physical_function: f.physfn,
    virtual_functions: f.virtfns,
    used_by,
  };
}

function gpuResult({ unit, name }: Named, used_by: GpuResult["used_by"]): GpuResult {
  return {
    mapping_name: name,
    kind: unit.kind,
    node: unit.node,
    path: unit.path,
    id: unit.main.id,
    subsystem_id: unit.main.subsystemId,
    iommu_group: unit.main.group,
    name: unit.main.name,
    functions: unit.functions.map(({ path }) => path),
    iommu_groups: unit.groups,
    isolated: unit.isolated,
    group_peers: unit.peers,
    mdev: unit.main.mdev,
    used_by,
  };
}

function mapElement(unit: Unit): MapElement {
  return {
    comment: null,
    id: unit.main.id,
    iommu_group: unit.main.group,
    node: unit.node,
    path: unit.path,
    subsystem_id: unit.main.subsystemId,
  };
}
