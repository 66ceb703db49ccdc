/** Arguments and results of `gpuhost_pci_devices`. Users' configurations rely on them. */
import { optional } from "../../../framework/attribute.ts";
import { bool, checked, integer, list, type TextType, text } from "../../../framework/type.ts";
import { atLeast, notEmpty, oneOf, type Validator } from "../../../framework/validator.ts";
import { CLASS_NAMES, parseClass } from "../../../pci/class.ts";
import { parseIdPair, parseVendorId } from "../../../pci/id.ts";
import { DEFAULT_MAPPING_PREFIX, MAPPING_NAMINGS, parseMappingPrefix } from "../../../pci/mapping-name.ts";
import { parseNameRegex } from "../../../pci/name-regex.ts";
import { parseNodeName } from "../../../pci/node-name.ts";
import { parseFunctionSelector, parsePathSelector } from "../../../pci/path-selector.ts";
import { parsedBy } from "../../pci-text.ts";
import { notNone, wordList } from "../../word-list.ts";
import { RESULT_NAMES, results } from "./result-schema.ts";

/** The words of `accept`; each silences warnings of one kind. */
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
    'Names of the nodes to read, such as `["pve1", "pve2"]`. When left out, every member of the cluster; or only the ' +
      "nodes in `paths`, when every element of it names its node.",
  ),
  classes: optional(
    texts(parseClass),
    `What the devices are, such as \`["gpu"]\`: ${CLASS_NAMES.map((name) => `\`${name}\``).join(", ")}, or the first two to six digits of ` +
      "a class code such as `0302`. `display` is every display controller. `gpu` is the same without the consoles of management " +
      "controllers and emulated adapters, and with AMD Instinct accelerators. `accelerator` is every processing " +
      "accelerator.",
  ),
  vendor_ids: optional(
    texts(parseVendorId),
    "Vendor ids such as `10de`, in lower or upper case, with or without `0x`.",
  ),
  ids: optional(
    texts((id) => parseIdPair(id, "device id")),
    "Vendor and device ids such as `10de:2204`, in lower or upper case, with or without `0x`.",
  ),
  subsystem_ids: optional(
    texts((id) => parseIdPair(id, "subsystem id")),
    "Subsystem ids (board maker and board) such as `1462:3884`, in lower or upper case, with or without `0x`.",
  ),
  paths: optional(
    texts(parsePathSelector),
    "Addresses such as `0000:03:00.0`, or slots such as `0000:03:00`; the domain may be left out. `NODE/` before an " +
      'address means only that node: `["pve1/03:00"]`. If no node that was read has a device there, that is an error ' +
      "which lists similar addresses, or a warning when the device may be on a node that was left out. When every " +
      "element names its node and `nodes` is not set, only those nodes are read.",
  ),
  name_regex: optional(
    checked(text, validExpression),
    "A regular expression in JavaScript's syntax, searched for in `name`, such as `RTX 3090\\\\]`. A leading `(?i)` ignores " +
      "case. It may take at most two seconds for all names together.",
  ),
  mdev: optional(bool, "Only devices that offer (`true`) or do not offer (`false`) mediated devices."),
  virtual_functions: optional(
    bool,
    "Only virtual functions (`true`), or none of them (`false`). Proxmox VE reports them from 9.1.12 on; before " +
      "that, those of GPUs are recognised by place, ids and names, others only by name, and a warning says so.",
  ),
  physical_function: optional(
    checked(text, parsedBy(parseFunctionSelector)),
    "Only the virtual functions of the physical function at this address, such as `0000:c1:00.0`; `NODE/` before it means " +
      "only that node, which must be one of the nodes that are read.",
  ),
};

const behaviour = {
  at_least: optional(
    checked(integer, atLeast(0)),
    "How many `devices` must match at least, such as `1`; with fewer the read fails and lists devices that almost " +
      "match. With `0`, there is no warning when nothing matches. `tofu destroy` reads first too: when a card is gone " +
      "for good, lower this argument, or use `tofu destroy -refresh=false`.",
  ),
  at_most: optional(
    checked(integer, atLeast(0)),
    "How many `devices` may match at most, such as `1`; with more the read fails and lists them. As with `at_least`, a " +
      "destroy then needs `-refresh=false`.",
  ),
  unreachable_nodes: optional(
    checked(text, oneOf(...UNREACHABLE_POLICIES)),
    "What to do when a node cannot be asked: `error` (the default), or `warn` to leave it out with a warning. Then the " +
      "plan destroys mappings that are made with `for_each` for that node, and removes its lines from `pools` and " +
      "`map = gpus`. A member without quorum is always an error, since it says that all others are offline.",
  ),
  accept: optional(
    wordList(ACCEPTABLE),
    "Warnings that you know of and do not want to read again; no result changes. `iommu_off`: a device that cannot be " +
      "passed through, since it is in no IOMMU group. `not_isolated`: a GPU that shares its group. `left_behind`: a " +
      "card that is mapped without some of its functions. `live_virtual_functions`: a card whose virtual functions are " +
      "in use, and which is in no pool. `unreported_virtual_functions`: a Proxmox VE before 9.1.12, which does not report " +
      "virtual functions. `usage_incomplete`, `guests_clash`, `guests_broken`: what `include_usage` finds about guests. " +
      '`hidden_mappings`: `mapping_names = "model"` with a token that may not see every mapping. `[]` silences ' +
      "nothing, as when left out. The warnings of a node that was left out and of a name that moved always come.",
  ),
  include_usage: optional(
    bool,
    "`true` to read also which guests use each device, into `used_by`, and to warn of guests that cannot run at the same time or " +
      "will not start. Needs `VM.Audit` on `/vms`, and one more request for every VM.",
  ),
  mapping_prefix: optional(
    checked(text, parsedBy(parseMappingPrefix)),
    `What the names of mappings and pools begin with, such as \`vgpu\`. \`${DEFAULT_MAPPING_PREFIX}\` when left out.`,
  ),
  mapping_names: optional(
    checked(text, oneOf(...MAPPING_NAMINGS)),
    "How mappings are named: `address` (the default) by where the unit is, `PREFIX-NODE-BUS-DEV`; or `model` by what " +
      "it is, `PREFIX-NODE-VENDOR-DEVICE-N`. A name by model stays when the address changes, since names of mappings " +
      "that the cluster has are kept; a warning says when a name goes to another address or board, or when no device is " +
      "left for it. `model` needs `Mapping.Audit` on `/mapping/pci`.",
  ),
  results: optional(
    checked(wordList(RESULT_NAMES), notNone),
    'Which results are wanted, such as `["mappings"]`: any of `devices`, `gpus`, `by_node`, `mappings`, `pools`. The ' +
      "others are null and not in the state, which makes plans of a large cluster faster: OpenTofu needs 10 to 15 µs for " +
      "every value. All of them when left out. The checks (`at_least`, `at_most`, `paths`) do not depend on it; warnings " +
      "about units come only when one of the last four is wanted.",
  ),
};

/** For `gpuhost_pci_devices`: first the filters, then other arguments, then the results. */
export const attributes = { ...filters, ...behaviour, ...results };
