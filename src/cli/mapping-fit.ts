/** Whether a mapping would fit the hardware with other lines: what is advised is tried before it is said. */
import { mappingProblems } from "../pci/mapping-check.ts";
import type { MappingLine } from "../pci/mapping-line.ts";
import type { PciMappingsResult } from "../provider/data-sources/pci-mappings/node-check.ts";
import type { PciMappingsReading } from "../provider/data-sources/pci-mappings.ts";

type MappingResult = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;
export type Line = MappingResult["entries"][number];

/**
 * The nodes, of those that were read, on which no guest with the mapping would start, by name.
 * @param flag whether the mapping is for mediated devices.
 */
export function misfits(
  name: string,
  lines: readonly Line[],
  flag: boolean,
  { known }: Pick<PciMappingsReading, "known">,
): readonly string[] {
  const wrong = lines.flatMap((line) => {
    const read = known.get(line.node);
    if (read === undefined) return [];
    return mappingProblems(name, flag, writtenLine(line), read.host, read.check).length > 0
      ? [line.node]
      : [];
  });
  return [...new Set(wrong)].sort();
}

function writtenLine({ comment, id, iommu_group, node, path, subsystem_id }: Line): MappingLine {
  return { comment, id, iommuGroup: iommu_group, node, path, subsystemId: subsystem_id, addresses: [] };
}
