/** A mapping as it should be, in the form of `map` of bpg's proxmox_hardware_mapping_pci. */
import { bareId, type MappingLine } from "../../../pci/mapping-line.ts";
import type { Settlement } from "../../../pci/settlement.ts";

/** Source: bpg/proxmox, schema of proxmox_hardware_mapping_pci. */
const ID = /^[0-9a-f]{4}:[0-9a-f]{4}$/;
const PATH = /^[0-9a-f]{4,}:[0-9a-f]{2}:[0-9a-f]{2}(?:\.[0-9a-f])?$/;
const COMMENT = /^[^\s,=](?:[^,=]*[^\s,=])?$/;

/**
 * All lines of all nodes, in their order: as suggested, or as written if there is no suggestion, in lower case. null
 * when no line is left, or bpg could not write one of them.
 * @param settlementOf the settlement of a node that was read.
 */
export function repairedLines(
  name: string,
  lines: readonly MappingLine[],
  settlementOf: (node: string) => Settlement | undefined,
): readonly MappingLine[] | null {
  const nodes = [...new Set(lines.map(({ node }) => node))];
  const settlements = new Map(nodes.map((node) => [node, settlementOf(node)]));
  const suggested = new Set(
    nodes.filter((node) => (settlements.get(node)?.suggestionOf(name) ?? null) !== null),
  );
  const repaired = lines.flatMap((line) => {
    const rewriting = suggested.has(line.node) ? settlements.get(line.node)?.rewritingOf(line) : undefined;
    if (rewriting?.kind !== "told") return [lowered(line)];
    return rewriting.line === null ? [] : [rewriting.line];
  });
  return repaired.length > 0 && repaired.every(canBeWritten) ? repaired : null;
}

function lowered(line: MappingLine): MappingLine {
  return {
    ...line,
    path: line.path.toLowerCase(),
    id: bareId(line.id),
    subsystemId: bareId(line.subsystemId),
  };
}

/** Whether bpg accepts a text as the comment of a mapping. */
export function isComment(text: string): boolean {
  return text !== "" && text.trim() === text;
}

/** Whether bpg can write a line as it is. */
export function canBeWritten({ path, id, subsystemId, comment }: MappingLine): boolean {
  return (
    PATH.test(path) &&
    id !== null &&
    ID.test(id) &&
    (subsystemId === null || ID.test(subsystemId)) &&
    (comment === null || COMMENT.test(comment))
  );
}
