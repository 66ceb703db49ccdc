/** The message of `assign` when a request cannot be met: what is free on each node, and who has the rest. */
import { nearestNames } from "../../../framework/nearest-names.ts";
import type {
  AssignableUnit,
  Holder,
  Owner,
  Shortage,
  UnitRequest,
  UnitStatus,
} from "../../../pci/assign.ts";
import { enumerated, itemised } from "../../wording.ts";

type Requested = ReadonlyMap<string, UnitRequest>;

/** The most units that are named with one reason on one node. */
const MAX_NAMED = 20;

export function describeShortage(shortage: Shortage, requests: readonly UnitRequest[]): string {
  const requested = new Map(requests.map((request) => [request.name, request]));
  // The node that a guest cannot leave comes first, because a long list is cut.
  const isBoundTo = (node: string): number => Number(shortage.bound !== null && node === shortage.node);
  const byNode = new Map(
    [...Map.groupBy(shortage.units, ({ unit }) => unit.node)].sort(([a], [b]) => isBoundTo(b) - isBoundTo(a)),
  );
  const lines = [...byNode].map(([node, units]) => `${node}: ${describeNode(units, requested)}`);
  const there = lines.length === 0 ? " There is no unit in units." : ` Of each node:${itemised(lines)}`;
  return [
    `${problemOf(shortage)}${missingNode(shortage, [...byNode.keys()])}${there}`,
    ...advice(shortage, requested),
  ].join("\n");
}

function problemOf({ request: { name, count, node: named }, bound, node, most }: Shortage): string {
  const asks = `guests[${JSON.stringify(name)}] asks for ${count === 1 ? "1 unit" : `${count} units`}`;
  const has = most === 0 ? "none" : String(most);
  switch (bound) {
    case "named":
      return `${asks} on ${named}, where options.nodes puts it, and can have ${has} there.`;
    case "holding":
      return `${asks} on ${node}, where it holds units already, and can have ${has} there.`;
    case null:
      return most === 0
        ? `${asks}, and no node has any that it may be given.`
        : `${asks} on one node, and no node has more than ${has} for it.`;
  }
}

function missingNode({ request: { node } }: Shortage, nodes: readonly string[]): string {
  if (node === null || nodes.includes(node)) return "";
  const [near] = nearestNames(node, nodes);
  return ` units has none of ${node}.${near === undefined ? "" : ` Did you mean ${near}?`}`;
}

const FREE = "free";

/** First what is free, even if that is nothing. */
function describeNode(units: Shortage["units"], requested: Requested): string {
  const { [FREE]: free = [], ...rest } = Object.fromEntries(
    Map.groupBy(units, ({ unit, status }) => reasonOf(unit, status, requested)),
  );
  const byReason = [[FREE, free] as const, ...Object.entries(rest)];
  return byReason
    .map(([reason, group]) => `${reason}: ${few(group.map(({ unit }) => unit.mappingName))}`)
    .join("; ");
}

function reasonOf({ iommuGroups }: AssignableUnit, status: UnitStatus, requested: Requested): string {
  switch (status.kind) {
    case "free":
      return FREE;
    case "its-own":
      return "its own";
    case "given":
      return `given to ${status.to}`;
    case "held":
      return `held by ${enumerated(status.by.map((holder) => describeHolder(holder, requested)))}`;
    case "unknown-use":
      return "used_by is null";
    case "live-vfs":
      return "has live virtual functions";
    case "no-group":
      return iommuGroups.length === 0 ? "in no IOMMU group" : "has a function in no IOMMU group";
    case "not-isolated":
      return "not isolated";
    case "group-taken":
      return `shares an IOMMU group with what ${describeOwner(status.by)} has`;
  }
}

function describeHolder({ vmid, name }: Holder, requested: Requested): string {
  if (name !== null && requested.has(name)) return name;
  return `guest ${vmid} (${name === null ? "" : `${name}; `}not in guests)`;
}

function describeOwner(owner: Owner): string {
  return typeof owner === "string" ? owner : `guest ${owner}`;
}

function few(names: readonly string[]): string {
  if (names.length === 0) return "none";
  const rest = names.length - MAX_NAMED;
  return rest > 0 ? `${names.slice(0, MAX_NAMED).join(", ")} and ${rest} more` : names.join(", ");
}

/** What the user can do; each only where it can help. */
function advice({ bound, node, units }: Shortage, requested: Requested): readonly string[] {
  const here = bound === null ? units : units.filter(({ unit }) => unit.node === node);
  const has = (kind: UnitStatus["kind"]): boolean => here.some(({ status }) => status.kind === kind);
  const holders = here.flatMap(({ status }) => (status.kind === "held" ? [status.by] : []));
  const lettingGo = new Set(
    [...requested.values()].filter((request) => letsGo(request, units)).map(({ name }) => name),
  );
  const isRequested = ({ name }: Holder): boolean => name !== null && requested.has(name);
  const lines: string[] = [];
  if (holders.some((by) => by.every(isRequested) && by.some(({ name }) => lettingGo.has(name ?? "")))) {
    lines.push(
      "What a guest in guests holds and needs no longer is free after an apply: apply that first, without this request.",
    );
  }
  if (holders.some((by) => !by.every(isRequested))) {
    lines.push(
      "A guest that is not in guests may be on its way out: apply that first, and what it holds is free.",
    );
  }
  if (bound === "holding") {
    lines.push(
      "All units of a guest are on one node. options.nodes names another for it; bpg makes its VM anew there, unless " +
        "the VM has migrate = true.",
    );
  }
  if (has("unknown-use")) {
    lines.push(
      "Where used_by is null nobody knows who uses the unit: read it with include_usage = true, and grant VM.Audit on " +
        "/vms and all below.",
    );
  }
  if (has("not-isolated")) {
    lines.push(
      "A unit that is not isolated takes along what its group_peers name. Only where nothing else needs that, " +
        "options = { shared_groups = true } gives it too.",
    );
  }
  if (has("given")) {
    lines.push(
      "Guests are served in a fixed order: those that hold something or are in options.nodes, then larger requests, " +
        "then names. Another order may do: options.nodes puts a new guest on a node.",
    );
  }
  return lines;
}

/** Whether a guest holds more than it requests, or something on a node that it has to leave. */
function letsGo({ name, count, node }: UnitRequest, units: Shortage["units"]): boolean {
  const held = units.filter(({ unit }) => unit.holders?.some((holder) => holder.name === name));
  return held.length > count || (node !== null && held.some(({ unit }) => unit.node !== node));
}
