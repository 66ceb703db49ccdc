/** What `gpuhost_pci_mappings` takes and gives. */
import { computed, nestedList, nestedMap, optional } from "../../../framework/attribute.ts";
import { bool, checked, integer, list, nullable, text } from "../../../framework/type.ts";
import { notEmpty } from "../../../framework/validator.ts";
import { parseMappingName } from "../../../pci/mapping-name.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parsedBy } from "../../pci-text.ts";

const line = {
  comment: computed(nullable(text), "The line's comment; null when it has none."),
  id: computed(
    nullable(text),
    "Vendor and device id that the hardware must have; null when the line names none.",
  ),
  iommu_group: computed(
    nullable(integer),
    "IOMMU group that the hardware must be in; null when the line names none.",
  ),
  node: computed(text, "The node that the line is for."),
  path: computed(text, "Slot or address; several have `;` between them."),
  subsystem_id: computed(
    nullable(text),
    "Subsystem id that the hardware must have; null when the line names none.",
  ),
};

const problems = nestedList({
  path: computed(text, "The address in the line, as written."),
  property: computed(text, "`path`, `id`, `subsystem_id`, `iommu_group` or `mediated_devices`."),
  configured: computed(nullable(text), "What the mapping says; null when it says nothing."),
  actual: computed(nullable(text), "What the hardware has; null when it has nothing."),
  message: computed(text, "What Proxmox says of it when a guest starts."),
});

const nodes = nestedMap({
  status: computed(
    text,
    "`valid`, `invalid`, `no_entry` when the mapping has no line for the node, `unreachable` when the node cannot be " +
      "asked, `unknown_node` when a line names what is no member of the cluster.",
  ),
  problems: computed(
    problems,
    "Every mismatch with the hardware. Proxmox stops at the first one when a guest starts.",
  ),
  suggestion: computed(
    nullable(nestedList(line)),
    "The node's lines as they should read. Null when nothing is wrong, or nothing can be said.",
  ),
});

/** Of `gpuhost_pci_mappings`: what can be set, then the results. */
export const attributes = {
  names: optional(
    checked(list(checked(text, parsedBy(parseMappingName))), notEmpty()),
    "Names of the mappings to read. Every mapping that may be seen when left out.",
  ),
  nodes: optional(
    checked(list(checked(text, parsedBy(parseNodeName))), notEmpty()),
    "Names of the nodes to check. When left out, every member of the cluster and every node that a line names.",
  ),
  mappings: computed(
    nestedMap({
      comment: computed(nullable(text), "The mapping's comment."),
      mediated_devices: computed(bool, "Whether it is for mediated devices."),
      entries: computed(
        nestedList(line),
        "The lines exactly as written: a group of -1 or upper case is kept.",
      ),
      valid: computed(bool, "Whether no node is `invalid` or `unknown_node`."),
      nodes: computed(nodes, "How the mapping fits the hardware, by node."),
    }),
    "The mappings, by name.",
  ),
};
