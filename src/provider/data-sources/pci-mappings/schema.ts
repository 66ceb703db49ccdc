/** Arguments and results of `gpuhost_pci_mappings`. */
import { computed, nestedList, nestedMap, optional } from "../../../framework/attribute.ts";
import { bool, checked, integer, list, nullable, text } from "../../../framework/type.ts";
import { notEmpty } from "../../../framework/validator.ts";
import { parseMappingName } from "../../../pci/mapping-name.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parsedBy } from "../../pci-text.ts";
import { wordList } from "../../word-list.ts";

/** The words of `accept`; each silences warnings of one kind. */
export const ACCEPTABLE = [
  "iommu_off",
  "unreachable",
  "hidden_mappings",
  "alternatives",
  "unreported_virtual_functions",
] as const;
export type Acceptable = (typeof ACCEPTABLE)[number];

const line = {
  comment: computed(nullable(text), "The line's comment, such as `lower slot`. Null when it has none."),
  id: computed(
    nullable(text),
    "Vendor and device id that the hardware must have: `10de:2204`. Null when the line names none.",
  ),
  iommu_group: computed(
    nullable(integer),
    "IOMMU group that the hardware must be in, such as `12`. Null when the line names none.",
  ),
  node: computed(text, "The node that the line is for, such as `pve1`."),
  path: computed(text, "Slot or address, `0000:03:00` or `0000:03:00.0`; several have `;` between them."),
  subsystem_id: computed(
    nullable(text),
    "Subsystem id that the hardware must have: `1462:3884`. Null when the line names none.",
  ),
};

const problems = nestedList({
  path: computed(text, "The address in the line, as written, such as `0000:03:00`."),
  property: computed(text, "`path`, `id`, `subsystem_id`, `iommu_group` or `mediated_devices`."),
  configured: computed(
    nullable(text),
    "What the mapping says, such as `10de:2204`. Null when it says nothing.",
  ),
  actual: computed(nullable(text), "What the hardware has, such as `10de:2684`. Null when it has nothing."),
  message: computed(
    text,
    "What the node's Proxmox says of it when a guest starts, such as `'iommugroup' does not match for 'gpu' (9 != 1)`; " +
      "at the first problem of a line it also says, after `; `, why something is suggested or not.",
  ),
});

const nodes = nestedMap({
  status: computed(
    text,
    "`valid`, `invalid`, `no_entry` when the mapping has no line for the node, `unreachable` when the node cannot be " +
      "asked, `unknown_node` when a line names a node that is not a member of the cluster.",
  ),
  problems: computed(
    problems,
    "Every mismatch with the hardware: `problems[*].message`. `[]` when there is none. Proxmox stops at the first one when a guest starts.",
  ),
  suggestion: computed(
    nullable(nestedList(line)),
    "The node's lines as they should be; `[]` when none of their devices is left. Null when nothing is wrong, or when " +
      "that is not certain: the message says why. Devices are recognised by their ids, and a line never gets a device " +
      "with other ids.",
  ),
});

/** For `gpuhost_pci_mappings`: first the arguments, then the results. */
export const attributes = {
  names: optional(
    checked(list(checked(text, parsedBy(parseMappingName))), notEmpty()),
    'Names of the mappings to read, such as `["gpu-pve1-03-00"]`. Every mapping that may be seen when left out.',
  ),
  nodes: optional(
    checked(list(checked(text, parsedBy(parseNodeName))), notEmpty()),
    'Names of the nodes to check, such as `["pve1", "pve2"]`. When left out, every member of the cluster, and for each mapping the ' +
      "nodes that its own lines name.",
  ),
  accept: optional(
    wordList(ACCEPTABLE),
    "Warnings that you know of and do not want to read again; no result changes. `iommu_off`: a node or a device " +
      "without IOMMU group. `unreachable`: a node that cannot be asked, or a member without quorum. " +
      "`hidden_mappings`: a token that may not see every mapping. `alternatives`: lines of one mapping for two " +
      "functions of one card. `unreported_virtual_functions`: a Proxmox VE before 9.1.12, which does not report virtual " +
      "functions. `[]` silences nothing, as when left out.",
  ),
  mappings: computed(
    nestedMap({
      comment: computed(
        nullable(text),
        "The mapping's comment, such as `RTX 3090 of pve1`. Null when it has none.",
      ),
      mediated_devices: computed(bool, "Whether it is for mediated devices: `true` or `false`."),
      live_migration: computed(bool, "Whether it is marked as capable of live migration: `true` or `false`."),
      entries: computed(
        nestedList(line),
        "The lines exactly as written: `entries[0].path`. A group of -1 or upper case is kept.",
      ),
      valid: computed(bool, "`true` when no node is `invalid` or `unknown_node`, otherwise `false`."),
      repaired: computed(
        nullable(nestedList(line)),
        'All lines of all nodes as they should be, for `map` of `proxmox_hardware_mapping_pci` (`map = data.gpuhost_pci_mappings.all.mappings["gpu"].repaired`): the suggestion if ' +
          "there is one, otherwise the line as written, with ids and addresses in lower case. Null when nothing is left, " +
          "or when `map` cannot have a line, such as one with `;`.",
      ),
      nodes: computed(nodes, 'How the mapping fits the hardware, by node: `nodes["pve1"].status`.'),
    }),
    'The mappings, by name: `mappings["gpu-pve1-03-00"].valid`.',
  ),
};
