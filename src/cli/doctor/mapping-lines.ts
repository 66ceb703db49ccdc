/** The commands that set the lines of a mapping, and that delete it. */
import { quote } from "../../proxmox/posix-shell.ts";
import type { Line } from "../mapping-fit.ts";

/**
 * For the shell of any host of the cluster. The lines are required even when only the flag changes. Source: pve-manager
 * `PVE/API2/Cluster/Mapping/PCI.pm`, update.
 * @param flag whether the mapping offers mediated devices; null leaves the flag as it is.
 */
export function mappingCommand(name: string, lines: readonly Line[], flag: boolean | null): string {
  const options = lines.map((line) => `--map ${quote(propertyString(line))}`);
  if (flag !== null) options.push(`--mdev ${flag ? 1 : 0}`);
  return `pvesh set /cluster/mapping/pci/${name} ${options.join(" ")}`;
}

/** For the shell of any host of the cluster. */
export function deletingCommand(name: string): string {
  return `pvesh delete /cluster/mapping/pci/${name}`;
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
