/** What `gpuhost_pci_devices` takes and gives: the contract that users' configurations rely on. */
import { computed, nestedList, nestedMap, optional } from "../../../framework/attribute.ts";
import {
  bool,
  checked,
  integer,
  list,
  map,
  nullable,
  object,
  type TextType,
  text,
} from "../../../framework/type.ts";
import { atLeast, notEmpty, oneOf, type Validator } from "../../../framework/validator.ts";
import { CLASS_NAMES, parseClass } from "../../../pci/class.ts";
import { parseNameRegex } from "../../../pci/criterion.ts";
import { parseIdPair, parseVendorId } from "../../../pci/id.ts";
import { DEFAULT_MAPPING_PREFIX, MAPPING_NAMINGS, parseMappingPrefix } from "../../../pci/mapping-name.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parseFunctionSelector, parsePathSelector } from "../../../pci/path-selector.ts";
import { parsedBy } from "../../pci-text.ts";
import { usedBy } from "../../used-by.ts";
import { notNone, wordList } from "../../word-list.ts";

/** The words of `accept`, each for the warnings of one kind. */
export const ACCEPTABLE = [
  "iommu_off",
  "not_isolated",
  "left_behind",
  "live_virtual_functions",
  "unreported_virtual_functions",
  "usage_incomplete",
  "guests_clash",
  "guests_broken",
  "hidden_mappings",
] as const;
export type Acceptable = (typeof ACCEPTABLE)[number];

/** The words of `results`: the results themselves. */
export const RESULT_NAMES = ["devices", "gpus", "by_node", "mappings", "pools"] as const;
export type ResultName = (typeof RESULT_NAMES)[number];

/** What happens to the read when a node cannot be asked. */
const UNREACHABLE_POLICIES = ["error", "warn"] as const;

function texts(parse: (text: string) => unknown) {
  const element: TextType = checked(text, parsedBy(parse));
  return checked(list(element), notEmpty());
}

const validExpression: Validator<string> = parsedBy(parseNameRegex);

const filters = {
  nodes: optional(
    texts(parseNodeName),
    "Names of the nodes to read. Every member of the cluster when left out.",
  ),
  classes: optional(
    texts(parseClass),
    `What the devices are: ${CLASS_NAMES.map((name) => `\`${name}\``).join(", ")}, or the first two to six digits of ` +
      "a class code such as `0302`. `display` is every display controller, `gpu` leaves out the consoles of management " +
      "controllers and emulated adapters and counts AMD Instinct accelerators in; `accelerator` is every processing " +
      "accelerator.",
  ),
  vendor_ids: optional(texts(parseVendorId), "Vendor ids such as `10de`, in any case, with or without `0x`."),
  ids: optional(
    texts((id) => parseIdPair(id, "device id")),
    "Vendor and device ids such as `10de:2204`, in any case, with or without `0x`.",
  ),
  subsystem_ids: optional(
    texts((id) => parseIdPair(id, "subsystem id")),
    "Subsystem ids (board maker and board) such as `1462:3884`, in any case, with or without `0x`.",
  ),
  paths: optional(
    texts(parsePathSelector),
    "Addresses such as `0000:03:00.0`, or slots such as `0000:03:00`; the domain may be left out, and `NODE/` before " +
      "it means that node alone. An element at which no node that was read has anything is an error.",
  ),
  name_regex: optional(
    checked(text, validExpression),
    "A regular expression in JavaScript's syntax, searched for in `name`. A leading `(?i)` ignores case.",
  ),
  mdev: optional(bool, "Only devices that offer (`true`) or do not offer (`false`) mediated devices."),
  virtual_functions: optional(
    bool,
    "Only virtual functions (`true`), or none of them (`false`). Proxmox VE reports them from 9.1.12 on; before " +
      "that, those of GPUs are told by their place, ids and names, others by their names alone, and a warning says so.",
  ),
  physical_function: optional(
    checked(text, parsedBy(parseFunctionSelector)),
    "Only the virtual functions of the physical function at this address.",
  ),
};

const behaviour = {
  at_least: optional(
    checked(integer, atLeast(0)),
    "How many `devices` must match at least; with fewer the read fails and lists the near misses.",
  ),
  at_most: optional(
    checked(integer, atLeast(0)),
    "How many `devices` may match at most; with more the read fails and lists them.",
  ),
  unreachable_nodes: optional(
    checked(text, oneOf(...UNREACHABLE_POLICIES)),
    "What to do when a node cannot be asked: `error` (the default), or `warn` to leave it out with a warning. Mind " +
      "that mappings made with `for_each` for a node that is left out are planned for destruction.",
  ),
  accept: optional(
    wordList(ACCEPTABLE),
    "Warnings that you know of and do not want to read again; no result changes. `iommu_off`: a device that cannot be " +
      "passed through, since it is in no IOMMU group. `not_isolated`: a GPU that shares its group. `left_behind`: a " +
      "card that is mapped without some of its functions. `live_virtual_functions`: a card whose virtual functions are " +
      "in use, and which is in no pool. `unreported_virtual_functions`: a Proxmox VE before 9.1.12, which does not tell " +
      "virtual functions. `usage_incomplete`, `guests_clash`, `guests_broken`: what `include_usage` finds of guests. " +
      '`hidden_mappings`: `mapping_names = "model"` with a token that may not see every mapping. `[]` silences ' +
      "nothing, as when left out. That a node was left out, and that a name moved, is always told.",
  ),
  include_usage: optional(
    bool,
    "Also read which guests use each device, into `used_by`, and warn of guests that cannot run at once and of those " +
      "that will not start. Needs `VM.Audit` on `/vms`, and takes one more request for every VM.",
  ),
  mapping_prefix: optional(
    checked(text, parsedBy(parseMappingPrefix)),
    `What the names of mappings and pools begin with. \`${DEFAULT_MAPPING_PREFIX}\` when left out.`,
  ),
  mapping_names: optional(
    checked(text, oneOf(...MAPPING_NAMINGS)),
    "How mappings are named: `address` (the default) for where the unit sits, `PREFIX-NODE-BUS-DEV`, or `model` for " +
      "what it is, `PREFIX-NODE-VENDOR-DEVICE-N`, which survives a new address after a change of the hardware: names that " +
      "mappings of the cluster bear are kept, and a warning says when one goes to another address or board, or finds no " +
      "device. Needs `Mapping.Audit` on `/mapping/pci`.",
  ),
  results: optional(
    checked(wordList(RESULT_NAMES), notNone),
    'Which results are wanted, such as `["mappings"]`: any of `devices`, `gpus`, `by_node`, `mappings`, `pools`. The ' +
      "others are null and take no room in the state, which a large cluster feels: OpenTofu spends 10 to 15 µs a plan " +
      "on every value. All of them when left out. What is checked (`at_least`, `at_most`, `paths`) does not depend on " +
      "it; what is said of GPUs as units is said when one of the last four is wanted.",
  ),
};

const devices = nestedList({
  node: computed(text, "The node that the device is in."),
  path: computed(text, "The address, its domain always written: `0000:03:00.0`."),
  id: computed(text, "Vendor and device id: `10de:2204`."),
  subsystem_id: computed(
    nullable(text),
    "Subsystem vendor and subsystem id: `1462:3884`. Null when the hardware has none.",
  ),
  iommu_group: computed(
    nullable(integer),
    "The IOMMU group. Null when it is in none, as with the IOMMU off.",
  ),
  class: computed(text, "The class code, six digits: `030000`."),
  name: computed(nullable(text), "Vendor and device as `lspci` prints them."),
  subsystem_name: computed(nullable(text), "The subsystem as `lspci` prints it."),
  mdev: computed(bool, "Whether it offers mediated devices."),
  gpu: computed(bool, 'Whether it is a GPU: what `classes = ["gpu"]` selects.'),
  physical_function: computed(
    nullable(text),
    "For a virtual function, the address of its physical function. Null before Proxmox VE 9.1.12.",
  ),
  virtual_functions: computed(
    list(text),
    "The addresses of its live virtual functions. Empty before Proxmox VE 9.1.12.",
  ),
  used_by: usedBy,
});

const gpus = nestedList({
  mapping_name: computed(text, "The unit's name: unique, and fit for `for_each` and for the mapping."),
  kind: computed(
    text,
    "`card`, `pf` for a card with live virtual functions, or `vf` for one virtual function.",
  ),
  node: computed(text, "The node that the unit is in."),
  path: computed(
    text,
    "What a mapping names: the slot where the card can be passed through as a whole, otherwise the main function.",
  ),
  id: computed(text, "Vendor and device id of the main function."),
  subsystem_id: computed(nullable(text), "Subsystem id of the main function."),
  iommu_group: computed(nullable(integer), "IOMMU group of the main function."),
  name: computed(nullable(text), "Name of the main function as `lspci` prints it."),
  functions: computed(list(text), "The addresses of all functions of the unit, selected or not."),
  iommu_groups: computed(list(integer), "The IOMMU groups of all its functions."),
  isolated: computed(
    nullable(bool),
    "Whether no device from outside the unit is in a group of what its `path` passes (host and PCI bridges, 0600, 0604 " +
      "and 0609, do not count). Null when any of that is in no group.",
  ),
  group_peers: computed(
    list(text),
    "The addresses of what else is in the groups of what `path` passes, and would be dragged along.",
  ),
  mdev: computed(bool, "Whether the main function offers mediated devices."),
  used_by: usedBy,
});

const pool = {
  comment: computed(nullable(text), "The name of the model."),
  mediated_devices: computed(
    bool,
    "Whether the hardware offers mediated devices: a mapping must say the same.",
  ),
  map: computed(
    nestedList({
      comment: computed(nullable(text), "Always null."),
      id: computed(text, "Vendor and device id of the unit's main function: `10de:2204`."),
      iommu_group: computed(nullable(integer), "IOMMU group of the main function."),
      node: computed(text, "The node that the entry is for."),
      path: computed(text, "The unit's `path`: a slot such as `0000:03:00`, or an address."),
      subsystem_id: computed(nullable(text), "Subsystem id of the main function."),
    }),
    "The entries, as `map` of `proxmox_hardware_mapping_pci` takes them.",
  ),
};

const mapping = {
  comment: pool.comment,
  kind: computed(
    text,
    "`card`, `pf` for a card with live virtual functions, or `vf` for one virtual function: what to select mappings by.",
  ),
  mediated_devices: pool.mediated_devices,
  node: computed(text, "The node that the unit is in."),
  map: pool.map,
};

const results = {
  devices: computed(nullable(devices), "Every selected function, ordered by node, then address."),
  gpus: computed(
    nullable(gpus),
    "The units of passthrough around the selected display controllers and accelerators: a card with the functions of " +
      "its slot that bear its vendor's id, or a virtual function alone. Accelerators of one slot are units by " +
      "themselves. Management consoles and emulated adapters make none.",
  ),
  by_node: computed(
    nullable(
      map(
        map(
          object({
            id: text,
            subsystem_id: nullable(text),
            iommu_group: nullable(integer),
            mapping_name: text,
          }),
        ),
      ),
    ),
    "The table that people keep by hand: node → address → `id`, `subsystem_id`, `iommu_group`, `mapping_name`, for " +
      "every function of every unit, and for the slot where that is the unit's `path`. Every node that was read has its " +
      "key.",
  ),
  mappings: computed(
    nullable(nestedMap(mapping)),
    "One mapping a unit, by `mapping_name`: ready for `for_each`.",
  ),
  pools: computed(
    nullable(nestedMap(pool)),
    "One mapping a model over all nodes, for guests that may start anywhere. Models that share an id are told apart by " +
      "the subsystem. Cards with live virtual functions are in none.",
  ),
};

/** Of `gpuhost_pci_devices`: filters, then what else can be set, then the results. */
export const attributes = { ...filters, ...behaviour, ...results };
