/** Messages of the data source gpuhost_pci_devices. */
import type { Messages } from "../../framework/message.ts";

export const devicesMessages = {
  "Unable to Read PCI Devices": {
    as: "error",
    cause:
      "Proxmox did not answer, refused, or answered what it should not. The text says what came back and what was tried.",
    mend: "[What Proxmox or the way to it may say](#what-proxmox-or-the-way-to-it-may-say) has the texts.",
  },
  "Too Few PCI Devices Match": {
    as: "error",
    cause:
      "`at_least` asks for more devices than match. A card is missing, or an argument does not fit it. The text lists what comes nearest, and which argument left it out.",
    mend: "Compare the arguments with the near misses. If the card was there before, look at the host: is it in `lspci`? A destroy then needs `tofu destroy -refresh=false`.",
  },
  "Too Many PCI Devices Match": {
    as: "error",
    cause: "More devices match than `at_most` allows.",
    mend: "Narrow the selection: `nodes`, `ids`, `subsystem_ids` or `paths`.",
  },
  "No PCI Device Matches": {
    as: "warning",
    cause: "The arguments select nothing, and every result is empty.",
    mend: "Compare them with the near misses in the text. `at_least = 0` says that nothing may match and ends the warning; `at_least = 1` makes it an error.",
  },
  "Expression Takes Too Long": {
    as: "error",
    cause: "`name_regex` needs more than two seconds for the names of all devices.",
    mend: "Write it without nested repetition: not `(a+)+`.",
  },
  "Mapping Names Clash": {
    as: "error",
    cause: "Two units would bear one mapping name, as nodes called `vmd` and `vmd-10000` can bring about.",
    mend: "Read their nodes with two data sources, each with `nodes` and a `mapping_prefix` of its own.",
  },
  "GPU Is Not Isolated": {
    as: "warning",
    cause:
      "Something that is not the card's own is in the card's IOMMU group. The guest's start takes it from the host too.",
    mend: "See [Why a card is not isolated](isolation.md) before a guest is started.",
    silencedBy: "not_isolated",
  },
  "GPU Is in No IOMMU Group": {
    as: "warning",
    cause:
      "The IOMMU of the node is on, and leaves this card out. Most often the kernel was started with `intel_iommu=on,igfx_off`.",
    mend: "Take `igfx_off` out of the kernel's command line and restart the host.",
    silencedBy: "iommu_off",
  },
  "GPUs Are in No IOMMU Group": { as: "warning", like: "GPU Is in No IOMMU Group" },
  "Functions Are Left Behind": {
    as: "warning",
    cause:
      "The card is mapped by the address of one function, so that its other functions stay with the host. [The reasons](units.md#why-a-path-is-with-or-without-function) are in the hardware.",
    mend: "Mostly nothing: a GPU works without its sound. Pass a function that is missing with a mapping of its own.",
    silencedBy: "left_behind",
  },
  "Card Has Live Virtual Functions": {
    as: "warning",
    cause:
      "The card is split into virtual functions. A guest that gets the whole card would destroy them, with whatever runs on them.",
    mend: 'Give guests the virtual functions (`virtual_functions = true`), and make no mapping of elements of `mappings` whose `kind` is `"pf"`.',
    silencedBy: "live_virtual_functions",
  },
  "Guests Want the Same Device": {
    as: "warning",
    cause:
      "Two guests or more have one device, one IOMMU group, or one mapping with too few devices. The second one that starts fails.",
    mend: "Give each a device of its own, or never run them at the same time. [GPUs by count](gpus-by-count.md) shares cards out.",
    silencedBy: "guests_clash",
  },
  "Guests Will Not Start": {
    as: "warning",
    cause:
      "A guest names a mapping that does not exist or does not fit, an address where nothing is, or one device twice. The text names guest, entry and reason.",
    mend: "Mend the entry or the mapping as the text says. [Drift and repair](drift.md) has the way for mappings.",
    silencedBy: "guests_broken",
  },
  "Usage May Be Incomplete": {
    as: "warning",
    cause:
      "With `include_usage`, guests or mappings may be hidden from the token, or could not be read. `used_by` is null, not empty, where a user may be hidden.",
    mend: "Grant the token and its user what the text names: [A token with least rights](token.md).",
    silencedBy: "usage_incomplete",
  },
  "Mapping Names Move": {
    as: "warning",
    cause:
      'With `mapping_names = "model"`, a name goes to another address or another board. Cards that moved look like cards that were exchanged.',
    mend: "Before you apply, compare serial numbers (`nvidia-smi -q`, `lspci -vv`), for the guests that name the mapping get what is there.",
  },
  "Mapping Names Find No Device": {
    as: "warning",
    cause:
      'With `mapping_names = "model"`, a mapping has no card any more, though cards of its model are there: one is gone, or several have moved.',
    mend: "Before you apply, compare serial numbers. With `for_each` the mapping is planned for destruction.",
  },
  "Node Left Out": {
    as: "warning",
    cause: 'With `unreachable_nodes = "warn"`, a node did not answer and is in no result.',
    mend: "Do not apply a plan that destroys its mappings. Bring the node back, or name the others in `nodes`: [A node that is down](pitfalls.md#a-node-that-is-down).",
  },
  "Nodes Left Out": { as: "warning", like: "Node Left Out" },
} as const satisfies Messages;
