import type { Arguments, Cluster } from "./cluster.ts";
import type { Fn } from "./hardware.ts";
import type { NameFact } from "./mapping-names.ts";
import type { ReadNode } from "./read-node.ts";
import type { Fact } from "./result.ts";
import { isIncomplete } from "./usage.ts";

/** The word of `accept` that silences a fact. What is told in any case is not here. */
const WORDS: Partial<Record<Fact["kind"], string>> = {
  iommu_off: "iommu_off",
  no_group: "iommu_off",
  not_isolated: "not_isolated",
  left_behind: "left_behind",
  pf_in_no_pool: "live_virtual_functions",
  virtual_functions_untold: "unreported_virtual_functions",
  usage_incomplete: "usage_incomplete",
  hidden_mappings: "hidden_mappings",
};

/** What a person has to be told of a read that succeeds, of what was selected and of no more. */
export function factsOf(
  cluster: Cluster,
  args: Arguments,
  nodes: ReadNode[],
  names: NameFact[],
  count: number,
): Fact[] {
  const facts: Fact[] = [];
  if (count === 0 && nodes.length > 0 && args.at_least !== 0 && hasFilter(args))
    facts.push({ kind: "nothing_selected" });
  for (const node of nodes) {
    facts.push(...groupFacts(node), ...virtualFunctionFacts(node, args), ...unitFacts(node));
  }
  if (args.mapping_names === "model" && cluster.seesMappings === false && nodes.some(hasUnits)) {
    facts.push({ kind: "hidden_mappings" });
  }
  const shown = nodes.flatMap(({ units }) => units.map(({ unit }) => unit));
  for (const { kind, name, units } of names) {
    if (units.some((unit) => shown.includes(unit))) facts.push({ kind, name });
  }
  if (
    args.include_usage === true &&
    nodes.some(({ node, chosen }) => chosen.length > 0 && isIncomplete(cluster, node))
  ) {
    facts.push({ kind: "usage_incomplete" });
  }
  return facts.filter(({ kind }) => !(args.accept ?? []).includes(WORDS[kind] ?? ""));
}

const hasUnits = ({ units }: ReadNode): boolean => units.length > 0;

/** Whether any argument chooses devices, rather than telling what to do with them. */
const hasFilter = (args: Arguments): boolean =>
  [
    args.classes,
    args.vendor_ids,
    args.ids,
    args.subsystem_ids,
    args.paths,
    args.name_regex,
    args.mdev,
    args.virtual_functions,
    args.physical_function,
  ].some((argument) => argument !== undefined);

/** An IOMMU that is off on a node of a selected device, or a unit that alone is in no group. */
function groupFacts({ node, sriov, chosen, units }: ReadNode): Fact[] {
  if (chosen.length === 0) return [];
  if (sriov.all.every((f) => f.group === null)) return [{ kind: "iommu_off", node }];
  return units
    .filter(({ unit }) => unit.isolated === null)
    .map(({ unit }) => ({ kind: "no_group", node, path: unit.main.path }));
}

/** A release that tells no virtual functions, where one of them matters: to a filter, or to what was selected. */
function virtualFunctionFacts({ node, sriov, chosen, units }: ReadNode, args: Arguments): Fact[] {
  if (sriov.tells) return [];
  const filtered = args.virtual_functions !== undefined || args.physical_function !== undefined;
  const touches = (f: Fn): boolean => sriov.isInferred(f) || sriov.hasVirtual(f);
  const inferred = chosen.some(touches) || units.some(({ unit }) => unit.functions.some(touches));
  return filtered || inferred ? [{ kind: "virtual_functions_untold", node }] : [];
}

function unitFacts({ node, units }: ReadNode): Fact[] {
  return units.flatMap(({ unit }): Fact[] => {
    const { path } = unit.main;
    return [
      // A message names the first twenty, and counts the rest.
      ...(unit.isolated === false
        ? [{ kind: "not_isolated" as const, node, path, peers: unit.peers.slice(0, 20) }]
        : []),
      ...(unit.leftBehind.length > 0
        ? [{ kind: "left_behind" as const, node, path, functions: unit.leftBehind }]
        : []),
      ...(unit.kind === "pf" ? [{ kind: "pf_in_no_pool" as const, node, path }] : []),
    ];
  });
}
