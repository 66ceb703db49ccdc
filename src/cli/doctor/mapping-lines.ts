/** The command that gives a mapping its lines. */
import type { PciMappingsResult } from "../../provider/data-sources/pci-mappings/node-check.ts";
import { quote } from "../../proxmox/asking/permission.ts";

type MappingResult = PciMappingsResult["mappings"] extends ReadonlyMap<string, infer M> ? M : never;
export type Line = NonNullable<MappingResult["repaired"]>[number];

/** For the shell of any host of the cluster. Source: pve-manager `PVE/API2/Cluster/Mapping/PCI.pm`, update. */
export function settingCommand(name: string, lines: readonly Line[]): string {
  const maps = lines.map((line) => `--map ${quote(propertyString(line))}`);
  return `pvesh set /cluster/mapping/pci/${name} ${maps.join(" ")}`;
}

/** A line as Proxmox writes it. Source: pve-guest-common `src/PVE/Mapping/PCI.pm`, $map_fmt. */
function propertyString({ comment, id, iommu_group, node, path, subsystem_id }: Line): string {
  const properties = [
    ["id", id],
    ["iommugroup", iommu_group === null ? null : String(iommu_group)],
    ["node", node],
    ["path", path],
    ["subsystem-id", subsystem_id],
    ["description", comment === null ? null : encodeURIComponent(comment)],
  ];
  return properties.flatMap(([key, value]) => (value === null ? [] : [`${key}=${value}`])).join(",");
}
