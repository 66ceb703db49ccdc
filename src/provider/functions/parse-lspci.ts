/** `provider::gpuhost::parse_lspci`: devices from a text that was saved on a host whose API may not be asked. */
import { optionalParameter, parameter, providerFunction } from "../../framework/function.ts";
import { bool, list, nullable, object, text } from "../../framework/type.ts";
import { device } from "../data-sources/pci-devices/result-schema.ts";

/** An element of `devices` of `gpuhost_pci_devices`; here it may be null where lspci cannot know the value. */
const found = object({ ...device, node: nullable(text), mdev: nullable(bool) });

export const parseLspciFunction = providerFunction({
  name: "parse_lspci",
  summary: "PCI devices out of the output of lspci",
  description:
    "Reads what `lspci` printed on one host, in any form that has numbers (`-nnv`, `-nnvv`, `-nnk`, `-nn`, `-vmmnnk`, " +
    "`-mm -nn`, and with `-n` for `-nn`), or the lines of `lspci -nn` by IOMMU group that forums show, as they were copied: " +
    "prompts, lost indentation and quotation marks do no harm. It returns the same objects as " +
    "`devices` of `gpuhost_pci_devices`, for hosts whose API you may not use. lspci does not print the node: `node` " +
    'is null until you add it (`merge(device, { node = "pve1" })`). It does not print who uses a device, mediated devices ' +
    "and virtual functions either: `mdev`, `used_by` and `physical_function` are null and `virtual_functions` is empty. " +
    "Everything else that the text does not say is null too. A mapping needs the subsystem id and, while the IOMMU is on, " +
    "the group: use `-nnv`, or `-nnk` with the groups as second argument. `-nn` prints no subsystems. Without `v` or `mm`, " +
    "`class` has only its first four digits. Of a device that does not answer (`rev ff`), neither subsystem nor the last " +
    "digits of the class are known. Where a filter such as `grep` may have removed the subsystem, it is null. A line that cannot be read is an error, which names the line.",
  parameters: [
    parameter(
      "text",
      text,
      "The output of lspci, or a list by IOMMU group made from it. Ids are needed: use `-nn` or, for ids without names, `-n`.",
    ),
  ],
  rest: optionalParameter(
    "groups",
    text,
    "The IOMMU groups, when the text does not have them: the output of `find /sys/kernel/iommu_groups -type l`, of " +
      "`ls -l` on the folders there, or of `readlink` on each device's `iommu_group` with the device's address before it; " +
      "the kernel's log (`dmesg`); the table of `pvesh get /nodes/NODE/hardware/pci`; a list by IOMMU group; or a group and an address on each line. A text without any group " +
      "is an error, and so is a group other than the one that lspci prints.",
  ),
  returns: list(found),
  run: async (output, groups) => {
    const { devicesOf } = await import("./parse-lspci/devices.ts");
    return devicesOf(output, groups);
  },
});
