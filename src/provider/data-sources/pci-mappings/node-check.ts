/** How one mapping fits the hardware of one node, with the names that users' configurations rely on. */
import type { ResultsOf } from "../../../framework/attribute.ts";
import type { Host } from "../../../pci/host.ts";
import { type MappingCheck, type MappingProblem, mappingProblems } from "../../../pci/mapping-check.ts";
import type { MappingLine } from "../../../pci/mapping-line.ts";
import type { Settlement } from "../../../pci/settlement.ts";
import type { ReadMapping } from "../../mapping-list.ts";
import { mediatedDevicesNote, settlementNotes } from "../../mapping-notes.ts";
import type { attributes } from "./schema.ts";

export type PciMappingsResult = ResultsOf<typeof attributes>;
type MappingResult = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;
export type NodeResult = MappingResult["nodes"] extends ReadonlyMap<string, infer N> ? N : never;
type LineResult = MappingResult["entries"][number];

/** A node that was read, with the settlement of the lines of all mappings. */
export interface ReadNode {
  readonly host: Host;
  /** What the node's Proxmox compares. */
  readonly check: MappingCheck;
  readonly settlement: Settlement;
}

/** What is known of one node: its hardware, or why there is nothing to compare with. */
export type NodeKnowledge = ReadNode | "unreachable" | "stranger";

/** Checks the lines of a mapping for one node. */
export function checkNode(mapping: ReadMapping, node: string, knowledge: NodeKnowledge): NodeResult {
  const lines = mapping.lines.filter((line) => line.node === node);
  if (lines.length === 0) return { status: "no_entry", problems: [], suggestion: null };
  if (knowledge === "stranger") return { status: "unknown_node", problems: [], suggestion: null };
  if (knowledge === "unreachable") return { status: "unreachable", problems: [], suggestion: null };
  const problems = problemsOf(mapping, lines, knowledge);
  return {
    status: problems.length === 0 ? "valid" : "invalid",
    problems,
    suggestion: knowledge.settlement.suggestionOf(mapping.name)?.map(lineResult) ?? null,
  };
}

/** Proxmox's message for every difference; after the first one of a line, what is known of the line. */
function problemsOf(
  { name, mediatedDevices }: ReadMapping,
  lines: readonly MappingLine[],
  { host, check, settlement }: ReadNode,
): readonly MappingProblem[] {
  return lines.flatMap((line) => {
    const [first, ...others] = mappingProblems(name, mediatedDevices, line, host, check);
    if (first === undefined) return [];
    const flag = [first, ...others].some(({ property }) => property === "mediated_devices");
    const notes = settlementNotes(line, settlement, flag ? flagNote(lines, settlement) : []);
    return [{ ...first, message: [first.message, ...notes].join("; ") }, ...others];
  });
}

/** The right value, from all devices of the mapping on the node; empty when none of them is known. */
function flagNote(lines: readonly MappingLine[], settlement: Settlement): readonly string[] {
  const capable = new Set(
    lines.flatMap((line) =>
      settlement
        .decisionsOf(line)
        .flatMap(({ decision }) => ("device" in decision ? [decision.device.mdev] : [])),
    ),
  );
  if (capable.size === 0) return [];
  return [mediatedDevicesNote(capable.size > 1 ? null : capable.has(true))];
}

/** A line with the names of its attributes. */
export function lineResult({ comment, id, iommuGroup, node, path, subsystemId }: MappingLine): LineResult {
  return { comment, id, iommu_group: iommuGroup, node, path, subsystem_id: subsystemId };
}
