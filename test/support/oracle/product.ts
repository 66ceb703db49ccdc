import type { Diagnostic } from "../../../src/framework/diagnostics.ts";
import { DiagnosticError, Diagnostics } from "../../../src/framework/diagnostics.ts";
import { silentLogger } from "../../../src/logger.ts";
import { pciDevices } from "../../../src/provider/data-sources.ts";
import type { Arguments, Cluster } from "./cluster.ts";
import { InMemoryClient } from "./in-memory-client.ts";
import type { Fact, Failure, Result } from "./result.ts";

/** What the product answers: the state as JSON has it and its warnings, or its errors. */
export type Answer = { state: Result; warnings: readonly Diagnostic[] } | { errors: readonly Diagnostic[] };

/** Reads `gpuhost_pci_devices` of a cluster in memory, all of the product but the wire. */
export async function product(cluster: Cluster, args: Arguments): Promise<Answer> {
  const diagnostics = new Diagnostics();
  try {
    const result = await pciDevices.read(
      {
        nodes: args.nodes ?? null,
        classes: args.classes ?? null,
        vendor_ids: args.vendor_ids ?? null,
        ids: args.ids ?? null,
        subsystem_ids: args.subsystem_ids ?? null,
        paths: args.paths ?? null,
        name_regex: args.name_regex ?? null,
        mdev: args.mdev ?? null,
        virtual_functions: args.virtual_functions ?? null,
        physical_function: args.physical_function ?? null,
        at_least: args.at_least ?? null,
        at_most: args.at_most ?? null,
        unreachable_nodes: args.unreachable_nodes ?? null,
        include_usage: args.include_usage ?? null,
        mapping_prefix: args.mapping_prefix ?? null,
        mapping_names: args.mapping_names ?? null,
        accept: args.accept ?? null,
        results: args.results ?? null,
      },
      {
        instance: new InMemoryClient(cluster),
        signal: new AbortController().signal,
        logger: silentLogger,
        diagnostics,
      },
    );
    diagnostics.throwErrors();
    return { state: JSON.parse(JSON.stringify(result, mapsAsObjects)) as Result, warnings: [...diagnostics] };
  } catch (error) {
    if (!(error instanceof DiagnosticError)) throw error;
    diagnostics.addAll(error.diagnostics);
    return { errors: diagnostics.errors };
  }
}

function mapsAsObjects(_key: string, value: unknown): unknown {
  return value instanceof Map ? Object.fromEntries(value) : value;
}

const ADDRESS = /[0-9a-f]{4,8}:[0-9a-f]{2}:[0-9a-f]{2}\.[0-7]/g;

/** The facts that the product's warnings tell, without their words: what the oracle gives. */
export function factsOf(warnings: readonly Diagnostic[]): Fact[] {
  return warnings.flatMap(({ summary, detail }): Fact[] => {
    const items = detail.split("\n").filter((line) => line.startsWith("  - "));
    const about = items.map((item) => ({
      node: item.slice(4).split(" ")[0] ?? "",
      paths: item.match(ADDRESS) ?? [],
    }));
    switch (summary) {
      case "IOMMU Is Off":
        return nodesOn(detail).map((node) => ({ kind: "iommu_off", node }));
      case "GPU Is in No IOMMU Group":
      case "GPUs Are in No IOMMU Group":
        return about.map(({ node, paths: [path = ""] }) => ({ kind: "no_group", node, path }));
      case "Virtual Functions Are Not Reported":
        return nodesOn(detail).map((node) => ({ kind: "virtual_functions_untold", node }));
      case "Node Left Out":
      case "Nodes Left Out":
        // What follows are devices whose names are not known.
        return about
          .filter(({ node }) => node.endsWith(":"))
          .map(({ node }) => ({ kind: "node_left_out", node: node.replace(/:$/, "") }));
      case "GPU Is Not Isolated":
        return about.map(({ node, paths: [path = "", ...peers] }) => ({
          kind: "not_isolated",
          node,
          path,
          peers,
        }));
      case "Functions Are Left Behind":
        // The address stands twice: as the unit's own, and as what it is mapped as.
        return about.map(({ node, paths: [path = "", , ...functions] }) => ({
          kind: "left_behind",
          node,
          path,
          functions,
        }));
      case "Card Has Live Virtual Functions":
        return about.map(({ node, paths }) => ({ kind: "pf_in_no_pool", node, path: paths[0] ?? "" }));
      case "PCI Device Not Found":
        return [{ kind: "path_unmatched", element: quoted(detail) }];
      case "No PCI Device Matches":
        return [{ kind: "nothing_selected" }];
      case "Usage May Be Incomplete":
        return [{ kind: "usage_incomplete" }];
      case "PCI Mappings May Be Hidden":
        return [{ kind: "hidden_mappings" }];
      case "Mapping Names Move":
        return items.map((item) => ({ kind: "name_moved", name: item.slice(4).split(":")[0] ?? "" }));
      case "Mapping Names Find No Device":
        return items.map((item) => ({ kind: "name_lost", name: item.slice(4).split(":")[0] ?? "" }));
      case "Guests Will Not Start":
      case "Guests Want the Same Device":
        // Tested by itself: the oracle knows who uses a device, but not who would take it at once.
        return [];
      default:
        throw new Error(`a warning that the oracle does not know: ${summary}\n${detail}`);
    }
  });
}

/** What the product's errors tell. Nothing but that is compared while a node that was asked for is missing. */
export function failuresOf(errors: readonly Diagnostic[]): Failure[] {
  const failures = errors.flatMap(failuresIn);
  const unreachable = failures.filter(({ kind }) => kind === "unreachable");
  return unreachable.length > 0 ? unreachable : failures;
}

function failuresIn({ summary, detail }: Diagnostic): Failure[] {
  const items = detail.split("\n").filter((line) => line.startsWith("  - "));
  const count = Number(/^\d+/.exec(detail)?.[0] ?? 0);
  switch (summary) {
    case "Node Not Found":
      return [{ kind: "unknown_node", node: quoted(detail) }];
    case "Node Cannot Be Read":
    case "Nodes Cannot Be Read":
      return items.map((item) => ({ kind: "unreachable", node: /[^ :]+(?=:)/.exec(item)?.[0] ?? "" }));
    case "Cluster Without Quorum":
      return [{ kind: "no_quorum" }];
    case "PCI Device Not Found":
      return [{ kind: "path_unmatched", element: quoted(detail) }];
    case "Too Few PCI Devices Match":
      return [{ kind: "too_few", count }];
    case "Too Many PCI Devices Match":
      return [{ kind: "too_many", count }];
    case "Mapping Names Clash":
      return items.map((item) => {
        const [name = "", bearers = ""] = item.slice(4).split(": ");
        return { kind: "same_name", name, bearers: bearers.split(/, | and /) };
      });
    default:
      throw new Error(`an error that the oracle does not know: ${summary}`);
  }
}

function nodesOn(detail: string): string[] {
  const nodes = /\bOn (.+?) (?:no device is|a display)/.exec(detail)?.[1] ?? "";
  return nodes.split(/, | and /);
}

const quoted = (detail: string): string => /"([^"]*)"/.exec(detail)?.[1] ?? "";
