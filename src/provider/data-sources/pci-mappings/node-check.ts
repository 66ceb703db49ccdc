/** How one mapping fits the hardware of one node, under the names that users' configurations rely on. */
import type { ResultsOf } from "../../../framework/attribute.ts";
import type { Host } from "../../../pci/host.ts";
import { mappingProblems } from "../../../pci/mapping-check.ts";
import type { MappingLine } from "../../../pci/mapping-line.ts";
import type { Settlement } from "../../../pci/settlement.ts";
import type { ReadMapping } from "../../mapping-list.ts";
import type { attributes } from "./schema.ts";

export type PciMappingsResult = ResultsOf<typeof attributes>;
type MappingResult = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;
export type NodeResult = MappingResult["nodes"] extends ReadonlyMap<string, infer N> ? N : never;
type LineResult = MappingResult["entries"][number];

/** What is known of one node: its hardware, or why there is none to compare with. */
export type NodeKnowledge =
  | { readonly kind: "read"; readonly host: Host; readonly settlement: Settlement }
  | { readonly kind: "unreachable" }
  | { readonly kind: "stranger" };

/** Checks the lines of a mapping for one node. */
export function checkNode(mapping: ReadMapping, node: string, knowledge: () => NodeKnowledge): NodeResult {
  const lines = mapping.lines.filter((line) => line.node === node);
  if (lines.length === 0) return { status: "no_entry", problems: [], suggestion: null };
  const known = knowledge();
  switch (known.kind) {
    case "stranger":
      return { status: "unknown_node", problems: [], suggestion: null };
    case "unreachable":
      return { status: "unreachable", problems: [], suggestion: null };
    case "read":
      return checkLines(mapping, lines, known.host, known.settlement);
  }
}

function checkLines(
  { id, mediatedDevices }: ReadMapping,
  lines: readonly MappingLine[],
  host: Host,
  settlement: Settlement,
): NodeResult {
  const problems = lines.flatMap((line) => mappingProblems(id, mediatedDevices, line, host));
  return {
    status: problems.length === 0 ? "valid" : "invalid",
    problems,
    suggestion: settlement.suggestionOf(id)?.map(lineResult) ?? null,
  };
}

/** A line under the names of its attributes. */
export function lineResult({ comment, id, iommuGroup, node, path, subsystemId }: MappingLine): LineResult {
  return { comment, id, iommu_group: iommuGroup, node, path, subsystem_id: subsystemId };
}
