/** Arguments and results of `gpuhost_mdev_types`. */
import { computed, nestedList, optional, required } from "../../../framework/attribute.ts";
import { checked, integer, nullable, text } from "../../../framework/type.ts";
import { parseFunctionAddress } from "../../../pci/address.ts";
import { parseMappingName } from "../../../pci/mapping-name.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parsedBy } from "../../pci-text.ts";

export const attributes = {
  node: required(
    checked(text, parsedBy(parseNodeName)),
    "Name of the node that has the device, such as `pve1`.",
  ),
  path: optional(
    checked(text, parsedBy(parseFunctionAddress)),
    "Address of the device, such as `0000:00:02.0`; the domain may be left out. Either this or `mapping`.",
  ),
  mapping: optional(
    checked(text, parsedBy(parseMappingName)),
    "Name of a PCI mapping with a line for the node, such as `gpu-pve1-03-00`. Either this or `path`. Needs " +
      "`Mapping.Audit` on `/mapping/pci` besides `Sys.Audit` on `/`.",
  ),
  types: computed(
    nestedList({
      type: computed(text, "What `mdev` of a `hostpci` block takes: `nvidia-1155`, `i915-GVTg_V5_4`."),
      name: computed(
        nullable(text),
        "The type's name, such as `NVIDIA L40S-8Q`. Null when the driver gives none.",
      ),
      description: computed(
        nullable(text),
        "What the driver says of it, such as `Num Heads: 4, Framebuffer: 8192M`. Null when it says nothing.",
      ),
      available: computed(
        integer,
        "How many more of this type can be made now, such as `2`: on the device, or on all devices that the mapping has on " +
          "the node together. Every virtual function of an NVIDIA card says 1 as long as the whole card has room for one. " +
          "So the sum for several of them may be too high.",
      ),
    }),
    "The types that are offered, ordered by `type`: `types[*].type` are what `mdev` takes; `[]` for a device without mediated devices. A type that several " +
      "devices of a mapping offer is given once, with the name and description of the first.",
  ),
};
