/** What `gpuhost_mdev_types` takes and gives. */
import { computed, nestedList, optional, required } from "../../../framework/attribute.ts";
import { checked, integer, nullable, text } from "../../../framework/type.ts";
import { parseFunctionAddress } from "../../../pci/address.ts";
import { parseMappingName } from "../../../pci/mapping-name.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parsedBy } from "../../pci-text.ts";

export const attributes = {
  node: required(checked(text, parsedBy(parseNodeName)), "Name of the node that has the device."),
  path: optional(
    checked(text, parsedBy(parseFunctionAddress)),
    "Address of the device, such as `0000:00:02.0`; the domain may be left out. Either this or `mapping`.",
  ),
  mapping: optional(
    checked(text, parsedBy(parseMappingName)),
    "Name of a PCI mapping with a line for the node. Either this or `path`.",
  ),
  types: computed(
    nestedList({
      type: computed(text, "What `mdev` of a `hostpci` block takes: `nvidia-1155`, `i915-GVTg_V5_4`."),
      name: computed(nullable(text), "The type's name, where the driver gives one: `NVIDIA L40S-8Q`."),
      description: computed(nullable(text), "What the driver says of it, as it says it."),
      available: computed(integer, "How many more of it the device can make now."),
    }),
    "The types that the device offers, ordered by `type`; none for a device without mediated devices. Of a mapping's " +
      "devices each type is given once, as the first device that offers it has it.",
  ),
};
