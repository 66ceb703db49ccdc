/** The result of `parse_lspci`. */
import { parseGroupList } from "../../../pci/lspci/group-list.ts";
import { parseLspci } from "../../../pci/lspci/lspci.ts";
import { withGroups } from "../../../pci/lspci/with-groups.ts";
import { parseArgument } from "../parse-argument.ts";

/**
 * The devices in the output of lspci; null or empty where lspci cannot know.
 * @throws FunctionError
 */
export function devicesOf(output: string, groups: string | null) {
  const devices = parseArgument(0, () => parseLspci(output));
  const grouped =
    groups === null ? devices : parseArgument(1, () => withGroups(devices, parseGroupList(groups)));
  return grouped.map((found) => ({
    node: null,
    path: found.path,
    id: found.id,
    subsystem_id: found.subsystemId,
    iommu_group: found.iommuGroup,
    class: found.class,
    name: found.name,
    subsystem_name: found.subsystemName,
    mdev: null,
    gpu: found.gpu,
    physical_function: null,
    virtual_functions: [],
    used_by: null,
  }));
}
