import type { Arguments, Cluster } from "./cluster.ts";
import { pathMeans, selected } from "./filter.ts";
import type { Fn } from "./hardware.ts";
import { canLead, functionsOf, isGpu, withNamesOf } from "./hardware.ts";
import type { DeviceResult, Fact, Failure, GpuResult, MapElement, Outcome, Result } from "./result.ts";
import { hasVirtual, isInferred, tellsVirtualFunctions } from "./sriov.ts";
import type { Unit } from "./unit.ts";
import { mappingName, poolName, unitsOf } from "./unit.ts";
import { usersOf } from "./usage.ts";

/** A unit with its name; only those around a selected function are asked for. */
interface Named {
  unit: Unit;
  name: string;
}

/**
 * What `gpuhost_pci_devices` has to answer, worked out without haste and without the product's code, so that
 * the two can be compared. Arguments are taken as valid.
 */
export function oracle(cluster: Cluster, args: Arguments): Outcome {
  const failures: Failure[] = [];
  const warnings: Fact[] = [];

  const wanted = [
    ...new Set(args.nodes ?? nodesOfPaths(args.paths) ?? cluster.nodes.map((entry) => entry.node)),
  ].sort();
  const strangers = wanted.filter((node) => !cluster.nodes.some((entry) => entry.node === node));
  if (strangers.length > 0) {
    return { failures: strangers.map((node) => ({ kind: "unknown_node", node })) };
  }
  const read: string[] = [];
  for (const node of wanted) {
    const member = cluster.nodes.find((entry) => entry.node === node);
    if (member?.status !== "offline" && cluster.pci[node] !== undefined) {
      read.push(node);
    } else if (args.unreachable_nodes === "warn") {
      warnings.push({ kind: "node_left_out", node });
    } else {
      failures.push({ kind: "unreachable", node });
    }
  }
  if (failures.length > 0) {
    return { failures };
  }

  const listings = withNamesOf(read.map((node) => cluster.pci[node] ?? []));
  const hardware = read.map((node, index) => functionsOf(node, listings[index] ?? []));
  const tells = hardware.map((all) => tellsVirtualFunctions(cluster.version.version, all));
  const leftOut = wanted.filter((node) => !read.includes(node));
  for (const element of new Set(args.paths ?? [])) {
    if (!hardware.flat().some((f) => pathMeans(element, f))) {
      const node = element.includes("/") ? element.slice(0, element.indexOf("/")) : null;
      const elsewhere = node === null ? leftOut.length > 0 : leftOut.includes(node);
      const list: (Fact | Failure)[] = elsewhere ? warnings : failures;
      list.push({ kind: "path_unmatched", element });
    }
  }

  const chosen = hardware.map((all, index) =>
    all.filter((f) => selected(f, all, args, tells[index] === true)),
  );
  const count = chosen.flat().length;
  if (args.at_least !== undefined && count < args.at_least) {
    failures.push({ kind: "too_few", count });
  }
  if (args.at_most !== undefined && count > args.at_most) {
    failures.push({ kind: "too_many", count });
  }
  if (failures.length > 0) {
    return { failures };
  }

  const named = hardware.flatMap((all, index): Named[] => {
    const units = unitsOf(all, tells[index] === true);
    return units
      .filter((unit) => unit.functions.some((f) => canLead(f) && (chosen[index] ?? []).includes(f)))
      .map((unit) => ({ unit, name: mappingName(unit, units, args) }));
  });
  for (const name of new Set(named.map((one) => one.name))) {
    const bearers = named.filter((one) => one.name === name);
    if (bearers.length > 1) {
      const at = ({ unit }: Named): string => `${unit.node} ${unit.main.path}`;
      failures.push({ kind: "same_name", name, bearers: bearers.map(at) });
    }
  }
  if (failures.length > 0) {
    return { failures };
  }

  for (const [index, all] of hardware.entries()) {
    if ((chosen[index] ?? []).length > 0 && all.every((f) => f.group === null)) {
      warnings.push({ kind: "iommu_off", node: read[index] ?? "" });
    }
  }
  const asksForVirtual = args.virtual_functions !== undefined || args.physical_function !== undefined;
  for (const [index, all] of hardware.entries()) {
    const inferred =
      (chosen[index] ?? []).some((f) => isInferred(f, all, false) || hasVirtual(f, all, false)) ||
      named.some(({ unit }) => unit.node === read[index] && unit.kind !== "card");
    if (tells[index] === false && (asksForVirtual || inferred)) {
      warnings.push({ kind: "virtual_functions_untold", node: read[index] ?? "" });
    }
  }
  for (const { unit } of named) {
    const { node } = unit;
    const { path } = unit.main;
    if (unit.isolated === false) {
      // A message names the first twenty, and counts the rest.
      warnings.push({ kind: "not_isolated", node, path, peers: unit.peers.slice(0, 20) });
    }
    if (unit.leftBehind.length > 0) {
      warnings.push({ kind: "left_behind", node, path, functions: unit.leftBehind });
    }
    if (unit.kind === "pf") {
      warnings.push({ kind: "pf_in_no_pool", node, path });
    }
  }
  return { state: stateOf(cluster, args, read, chosen.flat(), named), warnings };
}

/** The nodes of paths of which every one names its own. */
function nodesOfPaths(paths: string[] | undefined): string[] | null {
  if (paths === undefined || !paths.every((path) => path.includes("/"))) return null;
  return paths.map((path) => path.slice(0, path.indexOf("/")));
}

function stateOf(cluster: Cluster, args: Arguments, read: string[], chosen: Fn[], named: Named[]): Result {
  const usage = (node: string, paths: string[]): DeviceResult["used_by"] =>
    args.include_usage === true ? usersOf(node, paths, cluster) : null;
  const state: Result = {
    devices: chosen.map((f) => deviceResult(f, usage(f.node, [f.path]))),
    gpus: named.map(({ unit, name }) => gpuResult(unit, name, usage)),
    by_node: {},
    mappings: {},
    pools: {},
  };
  for (const node of read) {
    state.by_node[node] = {};
  }
  for (const { unit, name } of named) {
    const table = state.by_node[unit.node] ?? {};
    const entry = (f: Fn) => ({
      id: f.id,
      subsystem_id: f.subsystemId,
      iommu_group: f.group,
      mapping_name: name,
    });
    for (const f of unit.functions) {
      table[f.path] = entry(f);
    }
    table[unit.path] = entry(unit.main);
    const comment = unit.main.name?.trim() || null;
    state.mappings[name] = {
      comment,
      kind: unit.kind,
      mediated_devices: unit.main.mdev,
      node: unit.node,
      map: [mapElement(unit)],
    };
    const pool = poolName(unit, args);
    if (pool !== null) {
      state.pools[pool] ??= { comment, mediated_devices: unit.main.mdev, map: [] };
      state.pools[pool].map.push(mapElement(unit));
    }
  }
  return state;
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

function gpuResult(
  unit: Unit,
  name: string,
  usage: (node: string, paths: string[]) => DeviceResult["used_by"],
): GpuResult {
  const functions = unit.functions.map((f) => f.path);
  return {
    mapping_name: name,
    kind: unit.kind,
    node: unit.node,
    path: unit.path,
    id: unit.main.id,
    subsystem_id: unit.main.subsystemId,
    iommu_group: unit.main.group,
    name: unit.main.name,
    functions,
    iommu_groups: unit.groups,
    isolated: unit.isolated,
    group_peers: unit.peers,
    mdev: unit.main.mdev,
    used_by: usage(unit.node, functions),
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
